/** A user with a browser, without the browser: fills in a demo org's pages and comes back with the redirect. */
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';

export interface BrowserOptions {
  readonly deny?: boolean;
  readonly username?: string;
}

/** @returns the address that the org redirects to at the end, or as soon as it does */
export async function browse(
  org: Pick<DemoOrg, 'url' | 'username' | 'password'>,
  link: string,
  options: BrowserOptions = {},
): Promise<URL> {
  const page = await fetch(link, { redirect: 'manual' });
  if (page.status === 302) return target(page);
  const ticket = /name="ticket" value="([^"]+)"/.exec(await page.text())?.[1];
  if (ticket === undefined) throw new Error('no log-in page');
  const post = (path: string, fields: Record<string, string>): Promise<Response> =>
    fetch(org.url + path, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ ticket, ...fields }),
    });
  const username = options.username ?? org.username;
  const approval = await post('/login', { username, password: org.password });
  if (approval.status === 302) return target(approval);
  return target(await post('/approve', { decision: options.deny ? 'deny' : 'allow' }));
}

function target(response: Response): URL {
  return new URL(response.headers.get('location') ?? '');
}
