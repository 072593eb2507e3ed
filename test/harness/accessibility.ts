/** What axe-core finds wrong with a page: labels, headings, roles, and contrast (WCAG 2.1 AA). */
import axe from 'axe-core';
import type { Locator } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/**
 * @param root any element of the page, such as `html`
 * @returns a line for each place, empty for a page that is fine
 */
export async function violationsIn(root: Locator): Promise<string[]> {
  const frame = await (await root.elementHandle()).ownerFrame();
  if (!frame) throw new Error('The element is in no page.');
  // Not by a script of the page: its Content-Security-Policy allows none of ours.
  await frame.evaluate(axe.source);
  const { violations } = await frame.evaluate(
    (rules) => (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: rules }),
    RULES,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html}\n  ${failureSummary}`),
  );
}
