/** What is said before and after a change to an org. */
import assert from 'node:assert/strict';
import type { Impact } from '../../../src/audit/impact.ts';
import type {
  FlagOutcome,
  FlagResult,
} from '../../../src/salesforce/enforcement/setPkceRequired.ts';
import {
  notReadyMarkdown,
  outcomesMarkdown,
  requireDetail,
  requireOfOrgDetail,
  summaryText,
  undoDetail,
  type Preflight,
} from '../../../src/views/enforcementTexts.ts';

const preflight = (label: string, parts: Partial<Impact> = {}, provenOn?: string): Preflight => ({
  impact: {
    app: `connectedApp:${label}`,
    label,
    pkce: 'notRequired',
    client: 'confidential',
    actor: 'org',
    who: 'Your org.',
    isInUse: true,
    use: '2 refresh tokens of 1 user, last used 2026-11-20.',
    what: 'New log-ins fail.',
    ...parts,
  },
  provenOn,
});
const outcome = (result: FlagResult, otherChanges: readonly string[] = []): FlagOutcome => ({
  target: { type: 'ConnectedApp', fullName: 'A' },
  result,
  before: false,
  words: 'Because <img> | of it.',
  otherChanges,
});

describe('texts of enforcement', () => {
  it('the question names the apps, who uses them, what breaks, and that it may not be undone', () => {
    const detail = requireDetail([preflight('A'), preflight('B', {}, '2026-11-01')]);
    assert.match(detail, /^A: 2 refresh tokens.*handshake not proven\.$/m);
    assert.match(detail, /^B: .*handshake proven on 2026-11-01\.$/m);
    assert.match(detail, /What may break: new log-ins/);
    assert.match(detail, /Refresh tokens that exist go on working/);
    assert.match(detail, /No handshake was proven here of A\./);
    assert.match(detail, /may not let it be undone/);
  });

  it('a long list is cut short, and says so', () => {
    const many = Array.from({ length: 12 }, (_, index) => preflight(`App${index}`));
    assert.match(requireDetail(many), /^and 4 more apps\.$/m);
    assert.match(undoDetail(many.map(({ impact }) => impact.label)), /App7 and 4 more/);
  });

  it('the question about the org counts who is hit, and names what is in use and not installed', () => {
    const notReady = [preflight('A'), preflight('B', { isInUse: false })];
    const detail = requireOfOrgDetail(notReady, ['Old Mobile']);
    assert.match(detail, /^2 apps may be hit, 1 of them in use/);
    assert.match(detail, /In use and not installed.*Old Mobile/);
    assert.match(requireOfOrgDetail([], []), /^All OAuth apps of the org/);
  });

  it('the end is told in one sentence, and for each app on a page without markup of others', () => {
    const one = (result: FlagResult) =>
      summaryText([{ label: 'A', outcome: outcome(result) }], true);
    assert.equal(one('done'), 'A: PKCE is required.');
    assert.equal(one('noEffect'), 'A: Because <img> | of it.');
    const changes = [
      { label: '<img>', outcome: outcome('done', ['isIntrospectAllTokens']) },
      { label: 'B', outcome: outcome('refused') },
    ];
    assert.equal(summaryText(changes, true), '1 done, 1 refused.');
    const page = outcomesMarkdown('Changes', changes, [{ label: '<img>', reason: 'Not yours.' }]);
    assert.doesNotMatch(page, /(?<!\\)<img/);
    assert.match(page, /Also different from before.*isIntrospectAllTokens/);
    assert.match(page, /## Left alone/);
    assert.doesNotMatch(notReadyMarkdown('<img>', [preflight('<img>')], 1), /(?<!\\)<img/);
  });
});
