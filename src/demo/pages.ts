/** The pages of a demo org: log-in, approval, error. No script, nothing from elsewhere. */
import { html, raw } from 'hono/html';

type Page = ReturnType<typeof html>;

const STYLE = `
:root{color-scheme:light dark;--ground:#f3f5f9;--card:#fff;--text:#16213a;--soft:#5a6781;--line:#d5dbe7;--main:#1f5fbf;--on:#fff;--bad:#a1260d;--badground:#fdecea}
@media(prefers-color-scheme:dark){:root{--ground:#10151f;--card:#1a2130;--text:#e8edf7;--soft:#9dabc4;--line:#344059;--main:#7fb0ff;--on:#0b1524;--bad:#ffb4a6;--badground:#3b1d1a}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:25rem;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:2rem}
.mark{display:flex;gap:.6rem;align-items:center;margin-bottom:1.2rem;color:var(--soft);font-size:.9rem}
.mark svg{width:28px;height:28px;color:var(--main)}
h1{font-size:1.3rem;line-height:1.3;margin:0 0 .4rem}
p{margin:.4rem 0;color:var(--soft)}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input[type=text],input[type=password]{width:100%;padding:.6rem .7rem;border:1px solid var(--line);border-radius:6px;background:transparent;color:inherit;font:inherit}
input:focus-visible,button:focus-visible{outline:2px solid var(--main);outline-offset:2px}
button{width:100%;margin-top:1.2rem;padding:.65rem;border:1px solid var(--main);border-radius:6px;background:var(--main);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
button.quiet{margin-top:.6rem;background:transparent;color:var(--main)}
.hint{margin-top:1.2rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.9rem}
.bad{padding:.6rem .8rem;border-radius:6px;background:var(--badground);color:var(--bad)}
ul{margin:.8rem 0;padding-left:1.2rem}
code{font-family:ui-monospace,monospace;font-size:.92em;overflow-wrap:anywhere}
`;

const MARK = raw(
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M12 2.8 4.5 5.6v5.7c0 4.6 3.1 8.2 7.5 9.9 4.4-1.7 7.5-5.3 7.5-9.9V5.6Z"/><circle cx="10" cy="11" r="2.2"/><path d="M12.2 11h4.3M14.6 11v2.1M16.5 11v1.5"/></svg>',
);

/** What an approval page says of the scopes that people know. */
const SCOPE_WORDS: Readonly<Record<string, string>> = {
  api: 'Read and change your data through APIs',
  refresh_token: 'Stay signed in until you revoke it',
  offline_access: 'Stay signed in until you revoke it',
  openid: 'Know who you are',
  id: 'See your profile, email, address and phone',
  profile: 'See your profile',
  email: 'See your email address',
  web: 'Use your org in a web browser',
  full: 'Do everything that you may do',
};

function page(title: string, content: Page): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} | Demo Org</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <div class="mark">
            ${MARK}<span>Demo Org, a stand-in for Salesforce on this computer</span>
          </div>
          ${content}
        </main>
      </body>
    </html>`;
}

export interface LogInPage {
  /** Stands for the authorization request that is going on. */
  readonly ticket: string;
  readonly username: string;
  readonly clientName: string;
  readonly hint: { readonly username: string; readonly password: string };
  readonly failed: boolean;
  /** Where the form goes, relative to the page: a browser-based editor may show it below a path of its own. */
  readonly action: string;
}

export function logInPage(input: LogInPage): Page {
  return page(
    'Log In',
    html`<h1>Log in to the Demo Org</h1>
      <p>to continue to ${input.clientName}</p>
      ${input.failed ? html`<p class="bad" role="alert">Check your username and password and try again.</p>` : ''}
      <form method="post" action="${input.action}">
        <input type="hidden" name="ticket" value="${input.ticket}" />
        <label for="username">Username</label>
        <input
          type="text"
          id="username"
          name="username"
          value="${input.username || input.hint.username}"
          autocomplete="username"
          spellcheck="false"
          required
        />
        <label for="password">Password</label>
        <input
          type="password"
          id="password"
          name="password"
          value="${input.hint.password}"
          autocomplete="off"
          required
        />
        <button type="submit" autofocus>Log In</button>
      </form>
      <p class="hint">
        This is a demo, and filled in already: the user is <code>${input.hint.username}</code>, the
        password <code>${input.hint.password}</code>. No real account is involved.
      </p>`,
  );
}

export interface ApprovalPage {
  readonly ticket: string;
  readonly username: string;
  readonly clientName: string;
  readonly scopes: readonly string[];
}

export function approvalPage(input: ApprovalPage): Page {
  return page(
    'Allow Access?',
    html`<h1>Allow access?</h1>
      <p>${input.clientName} asks to act for <code>${input.username}</code>:</p>
      <ul>
        ${input.scopes.map((scope) => html`<li>${SCOPE_WORDS[scope] ?? scope} <code>(${scope})</code></li>`)}
      </ul>
      <form method="post" action="approve">
        <input type="hidden" name="ticket" value="${input.ticket}" />
        <button type="submit" name="decision" value="allow">Allow</button>
        <button type="submit" name="decision" value="deny" class="quiet">Deny</button>
      </form>`,
  );
}

/** An authorize error that is shown here, since there is no place to send it to (SALESFORCE.md 1.8). */
export function errorPage(error: string, description: string): Page {
  return page(
    'Cannot Log In',
    html`<h1>We can't log you in</h1>
      <p class="bad" role="alert"><code>error=${error}&error_description=${description}</code></p>
      <p>
        The client app and the request do not fit together. Go back to the program that sent you
        here.
      </p>`,
  );
}
