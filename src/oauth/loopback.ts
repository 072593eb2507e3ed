/** Loopback hosts: the only ones that plain http is for (RFC 8252 section 8.3). */

/** Whether a URL's host is this machine itself, by literal address or by the name `localhost`. */
export function isLoopback(url: URL): boolean {
  return (
    url.hostname === 'localhost' ||
    url.hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(url.hostname)
  );
}
