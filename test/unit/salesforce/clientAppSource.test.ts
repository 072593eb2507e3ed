/** The source of a client app: what it must be, read back by our own reader, accepted by the demo org. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { audit } from '../../../src/audit/audit.ts';
import { inWsdlOrder } from '../../../src/demo/metadataStore.ts';
import { apiNameOf, clientAppFiles } from '../../../src/salesforce/clientAppSource.ts';
import { componentIn } from '../../../src/salesforce/sourceFiles.ts';
import { callbackUrlsToRegister } from '../../../src/signIn/redirect.ts';
import { read, withOrg } from '../support/catalogs.ts';

const URLS = callbackUrlsToRegister('uriHandler', 'vscode', {
  loopbackPort: 27417,
  relayUrl: 'https://vscode.dev/redirect',
});
const FILES = clientAppFiles({
  label: 'Ærø & Sønner <PKCE>',
  contactEmail: 'it@acme.example',
  callbackUrls: URLS,
});

describe('client app source', () => {
  it('an org that has it shows an app that this extension can sign in with, and no finding about it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pkce-source-'));
    try {
      for (const { path, text } of FILES) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      await withOrg({ appsDir: folder }, async (org) => {
        assert.deepEqual(org.warnings, []);
        const catalog = await read(org);
        const [app] = catalog.apps;
        assert.equal(app?.label, 'Ærø & Sønner <PKCE>');
        assert.equal(app.pkce, 'required');
        assert.deepEqual(app.oauth?.callbackUrl, URLS);
        assert.equal(app.oauth.isConsumerSecretOptional, true);
        assert.equal(app.oauth.isRefreshTokenRotationEnabled, true);
        const { findings } = audit(catalog, { org: '', nowMilliseconds: Date.now() });
        assert.deepEqual(
          findings.filter(({ severity }) => severity === 'critical' || severity === 'high'),
          [],
        );
      });
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });

  it("elements are in the WSDL's order, so that none is dropped", () => {
    for (const { path, text } of FILES) {
      const { element } = componentIn(path, text);
      assert.equal(inWsdlOrder(element).children.length, element.children.length, path);
    }
  });

  it('API names: letters, digits, single underscores, 40 characters', () => {
    assert.equal(apiNameOf('Ærø & Sønner <PKCE>'), 'r_S_nner_PKCE');
    assert.equal(apiNameOf('  Café  Ünïted '), 'Cafe_United');
    assert.equal(apiNameOf('123'), 'PKCE_for_Salesforce');
    assert.equal(apiNameOf('日本'), 'PKCE_for_Salesforce');
    assert.match(apiNameOf(`a${'_b '.repeat(60)}`), /^[A-Za-z](?:_?[A-Za-z0-9])*$/);
    assert.ok(apiNameOf('x'.repeat(99)).length <= 40);
  });

  it('no more callback URLs than the field takes', () => {
    const many = Array.from(
      { length: 100 },
      (_, index) => `https://${index}.acme.example/callback`,
    );
    const [, settings] = clientAppFiles({ label: 'A', contactEmail: 'a@b.c', callbackUrls: many });
    const callback = /<callbackUrl>([^<]*)</.exec(settings?.text ?? '')?.[1] ?? '';
    assert.ok(callback.length <= 2000 && callback.length > 1900);
  });
});
