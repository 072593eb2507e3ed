/** Where things are. */
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..');
/** What the harness prepares once and keeps: outside of what npm installs, below what `npm ci` removes. */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'pkce-harness');
export const VSIX = join(ROOT, 'dist', 'salesforce-pkce.vsix');
export const DEFAULT_SCREENSHOTS = join(ROOT, 'screenshots');
