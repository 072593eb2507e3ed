/** What no file of the source may hold. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';

const files = globSync('src/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const product = files.filter(({ file }) => !file.startsWith('src/demo/'));

function assertNowhere(pattern: RegExp, where = product): void {
  for (const { file, text } of where)
    assert.ok(!pattern.test(text), `${file} holds ${String(pattern)}`);
}

describe('source', () => {
  it('P27: TLS verification is never turned off', () => {
    assertNowhere(/rejectUnauthorized|checkServerIdentity|strictSSL/, files);
    // It is looked at in one place, and named in what is said about it.
    const reads = /oauth.checkedCertificates\.ts$/;
    const others = files.filter(
      ({ file }) => !reads.test(file) && !file.endsWith('networkError.ts'),
    );
    assertNowhere(/NODE_TLS_REJECT/, others);
    const [place] = files.filter(({ file }) => reads.test(file));
    assert.deepEqual(place?.text.match(/NODE_TLS_REJECT_UNAUTHORIZED.{6}/g), [
      "NODE_TLS_REJECT_UNAUTHORIZED === '",
      "NODE_TLS_REJECT_UNAUTHORIZED is 0'",
    ]);
  });

  it('P55: no implicit flow, no password flow', () => {
    assertNowhere(/response_type['"]?\s*[:=,]\s*['"]token|grant_type['"]?\s*[:=,]\s*['"]password/);
  });

  it('P5: plain is no method of ours', () => {
    // The probe alone sends it, to see it refused; nobody signs in by that.
    const others = product.filter(({ file }) => !file.endsWith('salesforce/probe.ts'));
    assertNowhere(/code_challenge_method['"]?\s*[:=,]\s*['"]plain|= 'plain'/, others);
  });

  it('P53: the secret columns of OauthToken and the secret of a client app are never asked for', () => {
    assertNowhere(
      /DeleteToken|RequestToken|SELECT[^'"`]*AccessToken|apps\/oauth\/credentials|part=secret/,
    );
  });

  it('P52: nothing of a token goes to a file, a setting or globalState', () => {
    for (const { file, text } of product) {
      // Files that all windows share: of a token, its keyed hash goes there.
      if (/session.(fileLock|tokenLedger|sharedFiles)\.ts$/.test(file)) {
        assert.deepEqual(
          text.split('\n').filter((line) => line.includes('reveal')),
          !file.endsWith('tokenLedger.ts')
            ? []
            : ["  return createHmac('sha256', salt).update(token.reveal()).digest('base64url');"],
        );
      } else if (/salesforce.sourceFolder\.ts$/.test(file)) {
        assert.match(
          text,
          /import \{ readdir, readFile, realpath, stat \} from 'node:fs\/promises';/,
        );
      } else assert.ok(!text.includes("from 'node:fs"), `${file} writes files`);
      const kept =
        /(globalState|memory|configuration)\s*\.update\([^;]*(reveal|oken|ecret|erifier)/;
      assert.ok(!kept.test(text), `${file} keeps a secret outside of SecretStorage`);
    }
  });

  it('P10: the authorization page is never shown in a webview', () => {
    assertNowhere(/createWebviewPanel[\s\S]*authorize/);
  });

  it('P45, P48: discovery is not used', () => {
    assertNowhere(/well-known|discoveryRequest/);
  });

  it('E58: nothing is told to anybody: no telemetry', () => {
    assertNowhere(/createTelemetryLogger|appinsights|@sentry|google-analytics/i);
  });

  it('E47: colours are theme colours', () => {
    const styles = globSync('media/*.css')
      .map((file) => readFileSync(file, 'utf8'))
      .join('')
      .replace(/rgba\(128, 128, 128, 0\.35\)/g, '');
    assert.ok(!/#[0-9a-f]{3,8}\b|rgb\(/i.test(styles));
  });
});
