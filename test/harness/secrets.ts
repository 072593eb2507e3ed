/** How the browser-based editor keeps secrets: as it starts, in memory per window; with a key, in the browser. */
import type { BrowserContext } from 'playwright-core';

/** Answers the workbench's request for a key, so that secrets outlive a reload and later windows see them. */
export async function answerMintKey(context: BrowserContext): Promise<void> {
  const key = Buffer.alloc(32, 7);
  await context.route('**/mint-key', (route) =>
    route.fulfill({ status: 200, contentType: 'application/octet-stream', body: key }),
  );
}
