/** No request goes out where Node.js was told not to check certificates (PROTOCOL.md P27). */
import type { Fetch } from './http.ts';

/** @returns the fetch, that fails without sending anything where certificates are not checked */
export function withCheckedCertificates(fetch: Fetch): Fetch {
  return (input, init) =>
    process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0' && new URL(input).protocol === 'https:'
      ? Promise.reject(new TypeError('NODE_TLS_REJECT_UNAUTHORIZED is 0'))
      : fetch(input, init);
}
