/** How the browser-based editor keeps secrets: as it starts, in memory per window; with a key, in the browser. */
import { createCipheriv, randomBytes } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';

const KEY = Buffer.alloc(32, 7);

/** Answers the workbench's request for a key, so that secrets outlive a reload and later windows see them. */
export async function answerMintKey(context: BrowserContext): Promise<void> {
  await context.route('**/mint-key', (route) =>
    route.fulfill({ status: 200, contentType: 'application/octet-stream', body: KEY }),
  );
}

/**
 * Puts secrets of an extension where a window that answers with our key finds them when it is loaded again.
 * @param secrets by the keys that the extension knows them by
 */
export async function keepSecrets(
  page: Page,
  extensionId: string,
  secrets: ReadonlyMap<string, string>,
): Promise<void> {
  const entries = [...secrets].map(([key, value]) => [JSON.stringify({ extensionId, key }), value]);
  await page.evaluate(
    (sealed) => localStorage.setItem('secrets.provider', sealed),
    seal(JSON.stringify(Object.fromEntries(entries))),
  );
}

/** As the editor's ServerKeyedAESCrypto does it: half of the key, the IV, the text and its tag. */
function seal(text: string): string {
  const half = randomBytes(KEY.length);
  const iv = randomBytes(12);
  const key = half.map((byte, place) => byte ^ (KEY[place] ?? 0));
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([half, iv, ...sealed]).toString('base64');
}
