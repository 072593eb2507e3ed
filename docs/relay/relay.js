/**
 * The relay: Salesforce sends the browser here with `code` and `state`; the state holds the address of the
 * editor that asked, and the browser is sent on to it. Static: put the folder on any https server, set
 * `salesforcePkce.relayUrl` to its address, and register that address at the client app.
 *
 * The code that passes through is worth nothing without the editor's code verifier. But a page that sends
 * codes anywhere would help an attacker who starts a sign-in of their own and makes you finish it: so it
 * sends them only to the editors that are listed here.
 */

/**
 * Addresses of the browser-based editors that you host, such as 'https://code.example.com' or
 * 'https://example.com/code'; where an editor takes links in elsewhere than at /callback, the whole address of that,
 * such as 'https://name.github.dev/extension-auth-callback'. Give each an origin of its own where you can: whatever else an origin serves by
 * itself at such a path, forwarded ports among it, would get codes.
 */
export const EDITORS = [];

/** Editors on the user's own computer, by the scheme of their links. */
const SCHEMES = ['vscode:', 'vscode-insiders:', 'vscodium:', 'cursor:', 'windsurf:', 'code-oss:'];
const AUTHORITY = 'pkce-tools.salesforce-pkce';
const EXTENSION = `//${AUTHORITY}/callback`;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const MOST_CHARACTERS = 4096;

/** Parameters that are passed on; whatever else arrives is dropped. */
const PASSED_ON = ['code', 'error', 'error_description', 'iss'];

/**
 * Where the browser goes from here.
 * @param {string} search the query that Salesforce came with
 * @param {readonly string[]} editors addresses of editors that are allowed beside the user's own computer
 * @returns {string | undefined} undefined if the state names no editor that is allowed
 */
export function targetOf(search, editors) {
  const response = new URLSearchParams(search);
  const states = response.getAll('state');
  if (states.length !== 1 || states[0].length > MOST_CHARACTERS) return undefined;
  let target;
  try {
    target = new URL(decodeURIComponent(states[0]));
  } catch {
    return undefined;
  }
  if (target.username !== '' || target.password !== '' || target.hash !== '') return undefined;
  if (!isAllowed(target, editors)) return undefined;
  for (const name of PASSED_ON) {
    for (const value of response.getAll(name)) target.searchParams.append(name, value);
  }
  return target.href;
}

function isAllowed(target, editors) {
  const isLocal = target.protocol === 'http:' && LOOPBACK.includes(target.hostname);
  if (target.protocol === 'https:' || isLocal) {
    return [...editors, ...(isLocal ? [target.origin] : [])].some(
      (editor) => isListedWhole(target, editor) || isEditorsCallback(target, editor),
    );
  }
  return (
    SCHEMES.includes(target.protocol) &&
    target.href.split('?')[0] === `${target.protocol}${EXTENSION}`
  );
}

/** An address that may be any editor's, for as long as it names no other extension. */
function isListedWhole(target, address) {
  const asked = target.searchParams.get('vscode-authority') ?? AUTHORITY;
  return target.origin + target.pathname === address && asked === AUTHORITY;
}

/** An editor takes links in at `/callback` below its address, or below the path of its version there. */
function isEditorsCallback(target, address) {
  const editor = URL.canParse(address) ? new URL(address) : undefined;
  if (!editor) return false;
  const base = editor.pathname.replace(/\/$/, '');
  const below = target.pathname.slice(base.length);
  return (
    target.origin === editor.origin &&
    target.pathname.startsWith(base) &&
    /^(\/[^/]+)?\/callback$/.test(below) &&
    target.searchParams.get('vscode-authority') === AUTHORITY &&
    target.searchParams.get('vscode-path') === '/callback'
  );
}
