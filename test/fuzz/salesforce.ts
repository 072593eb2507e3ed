/** Targets of the org and the session: hosts, identity, JWTs, XML, stored sessions, the ledger, settings. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Secret } from '../../src/oauth/secret.ts';
import { UserFacingError } from '../../src/oauth/userFacingError.ts';
import { catalogOf } from '../../src/salesforce/catalog/catalog.ts';
import { confirmIdentity, orgClaimOf } from '../../src/salesforce/identity.ts';
import { loginHostOf, mayHoldOrg } from '../../src/salesforce/loginHost.ts';
import { orgSettingsOf, settingsOf } from '../../src/salesforce/settings/settingView.ts';
import { soapResponseIn, UnreadableAnswer } from '../../src/salesforce/soap.ts';
import { CatalogStore } from '../../src/session/catalogStore.ts';
import { isOfNewerVersion, parseSession, serialize } from '../../src/session/session.ts';
import { fileNameOf, SharedFiles } from '../../src/session/sharedFiles.ts';
import { TokenLedger } from '../../src/session/tokenLedger.ts';
import { expiryFromAnswer } from '../../src/session/tokenState.ts';
import { clientAppsIn } from '../../src/signIn/clientApps.ts';
import {
  answerOf,
  bodyOf,
  errorVerdict,
  mangled,
  odd,
  oddText,
  PLANTED,
  responseOf,
  target,
  type Target,
  type Verdict,
} from './target.ts';

const LOGIN_HOST = 'https://acme.my.salesforce.com';
const ORG = '00D5g0000DemoOrgEA';
const USER = '0055g0000DemoUsrAA';

/** Salesforce's own domains, written down once more (SALESFORCE.md 1.2), and the login host itself. */
const ORG_HOST =
  /^https:\/\/([\w-]+\.)*(salesforce\.com|force\.com|cloudforce\.com|my\.salesforce\.mil|crmforce\.mil|sfcrmproducts\.cn|my-salesforce\.com)$/;

const hosts = fc.oneof(
  fc.constantFrom(
    LOGIN_HOST,
    'https://na1.salesforce.com',
    'https://evilsalesforce.com',
    'https://salesforce.com.evil.example',
    'https://acme.my.salesforce.com@evil.example',
    'https://evil.example/.salesforce.com',
    'https://evil.example#.salesforce.com',
    'https://evil.example\\.salesforce.com',
    'http://acme.my.salesforce.com',
    'http://127.0.0.1:8080',
    'https://acme.my.salesforce.com:8443',
    '//acme.my.salesforce.com',
    'file:///etc/passwd',
    'HTTPS://ACME.MY.SALESFORCE.COM/x?y#z',
    'https://аcme.my.salesforce.com',
  ),
  fc.webUrl(),
  fc.string(),
  oddText,
);

const storedSession = {
  version: 1,
  orgId: ORG,
  userId: USER,
  loginHost: LOGIN_HOST,
  instanceUrl: LOGIN_HOST,
  clientId: '3MVG9acme',
  username: 'dana@acme.example',
  displayName: 'Dana',
  alias: 'Acme',
  scopes: ['api'],
  requestedScopes: ['api'],
  accessToken: `${ORG}!${PLANTED}`,
  refreshToken: `5Aep861${PLANTED}`,
  addedAtMilliseconds: 1,
  issuedAtMilliseconds: 2,
  expiry: { atMilliseconds: 3, source: 'jwt' },
};

const ledgerEntry = {
  version: 1,
  account: {
    id: `${ORG}/${USER}`,
    username: 'dana@acme.example',
    loginHost: LOGIN_HOST,
    clientId: '3MVG9acme',
    requestedScopes: ['api'],
  },
  salt: 'salt',
  current: 'c'.repeat(43),
  next: 'n'.repeat(43),
  spending: true,
  signedOut: false,
};

function judgeStored(text: string): Verdict {
  isOfNewerVersion(text);
  const session = parseSession(text);
  if (!session) return 'ok';
  const url = URL.parse(session.instanceUrl);
  const safe =
    url?.origin === session.instanceUrl &&
    (ORG_HOST.test(url.origin) ||
      url.origin === session.loginHost ||
      // A demo org: both on this computer.
      /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(session.loginHost));
  const whole =
    session.id === `${session.orgId}/${session.userId}` &&
    /^00D\w{12}(\w{3})?\/005\w{12}(\w{3})?$/.test(session.id) &&
    session.accessToken.reveal() !== '' &&
    session.refreshToken?.reveal() !== '';
  if (!safe || !whole) return { wronglyAccepted: text };
  const { accessToken, refreshToken } = session;
  if (JSON.stringify({ accessToken, refreshToken }).includes(PLANTED))
    return { crashed: 'it prints its token' };
  const again = parseSession(serialize(session));
  return again && serialize(again) === serialize(session)
    ? 'ok'
    : { crashed: 'not the same again' };
}

const storedComponent = { type: 'ConnectedApp', fullName: 'Acme', id: '0H45g0000000001AAA' };
const storedRecord = {
  type: 'ConnectedApp',
  fullName: 'Acme',
  label: 'Acme',
  app: null,
  hasOauth: true,
  values: { isPkceRequired: true, callbackUrl: ['https://acme.example'], consumerKey: '3MVG9' },
};
const storedCatalog = fc
  .tuple(
    fc.array(mangled(storedComponent), { maxLength: 3 }),
    fc.array(mangled(storedRecord), { maxLength: 3 }),
    mangled({ isPkceRequired: false, values: { 'OauthOidcSettings.isPkceRequired': false } }),
  )
  .chain(([listed, records, orgWide]) =>
    mangled({
      apiVersion: '68.0',
      own: { orgId: ORG, namespace: null },
      listed,
      records,
      unread: { 'connectedApp:Acme': 'No.' },
      orgWide,
      usage: { kind: 'unknown', reason: 'No.' },
      problems: [{ happened: 'Something.', todo: 'Something else.' }],
      unavailable: [],
    }),
  )
  .chain((snapshot) =>
    mangled({ version: 1, sessionId: `${ORG}/${USER}`, readAtMilliseconds: 1, snapshot }),
  );

/** What comes back from the disk is shown whole or not at all; a status comes from a flag that is one. */
async function judgeStoredCatalog(text: string): Promise<Verdict> {
  const id = `${ORG}/${USER}`;
  writeFileSync(join(folder, `${fileNameOf(id)}.json`), text);
  const stored = await catalogs.load(id);
  if (!stored) return 'ok';
  const { apps, snapshot } = catalogOf(stored.snapshot);
  orgSettingsOf(snapshot.orgWide.values, snapshot.apiVersion);
  for (const app of apps) {
    for (const { valueText } of settingsOf(app)) {
      if (typeof valueText !== 'string') return { crashed: 'a value that is no text' };
    }
    const said = app.oauth?.isPkceRequired === true || snapshot.orgWide.isPkceRequired === true;
    if (app.pkce.startsWith('required') && !said) return { wronglyAccepted: text };
  }
  return 'ok';
}

const jwt = fc
  .tuple(odd, mangled({ exp: 1_800_000_000, iat: 1_700_000_000 }), fc.string())
  .map(([header, payload, signature]) => {
    const part = (value: unknown): string =>
      Buffer.from((JSON.stringify(value) as string | undefined) ?? '').toString('base64url');
    return `${part({ alg: 'none', x: header })}.${part(payload)}.${signature}`;
  });

const folder = mkdtempSync(join(tmpdir(), 'pkce-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
const ledger = new TokenLedger(folder);
const catalogs = new CatalogStore(new SharedFiles(folder));

export const salesforceTargets: readonly Target[] = [
  target('login hosts', 12, hosts, (text) => {
    try {
      const origin = loginHostOf(text);
      const url = URL.parse(origin);
      const safe =
        url?.origin === origin &&
        (url.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname));
      return safe ? 'ok' : { wronglyAccepted: `${text} -> ${origin}` };
    } catch (error) {
      return errorVerdict(error);
    }
  }),
  target('hosts that may hold an org (P47)', 12, hosts, (text) => {
    const url = URL.parse(text);
    if (!url || !mayHoldOrg(url, LOGIN_HOST)) return 'ok';
    return ORG_HOST.test(url.origin) && url.username === '' ? 'ok' : { wronglyAccepted: text };
  }),
  target(
    'identity claims (P47)',
    10,
    fc.tuple(
      fc.oneof(hosts, fc.constant(undefined)),
      fc.oneof(
        hosts.map((host) => `${host}/id/${ORG}/${USER}`),
        oddText,
        fc.constant(undefined),
      ),
    ),
    ([instanceUrl, identityUrl]) => {
      try {
        const claim = orgClaimOf(
          {
            accessToken: new Secret(PLANTED),
            refreshToken: undefined,
            scopes: undefined,
            expiresInSeconds: undefined,
            identityUrl,
            instanceUrl,
          },
          LOGIN_HOST,
        );
        const identity = URL.parse(identityUrl ?? '');
        return ORG_HOST.test(claim.instanceUrl) && identity && ORG_HOST.test(identity.origin)
          ? 'ok'
          : { wronglyAccepted: `${instanceUrl ?? ''} ${identityUrl ?? ''}` };
      } catch (error) {
        return errorVerdict(error);
      }
    },
  ),
  target(
    'identity answers (P47)',
    6,
    answerOf(
      bodyOf(mangled({ organization_id: ORG, user_id: USER, preferred_username: 'd', name: 'D' })),
    ),
    async (answer) => {
      const access = {
        fetch: () => Promise.resolve(responseOf(answer)),
        timeoutMilliseconds: 5000,
      };
      const claim = { instanceUrl: LOGIN_HOST, orgId: ORG, userId: USER };
      try {
        const identity = await confirmIdentity(access, claim, new Secret(PLANTED));
        const told = JSON.parse(answer.body) as Record<string, unknown>;
        const same =
          String(told.organization_id).startsWith(ORG.slice(0, 15)) &&
          String(told.user_id).startsWith(USER.slice(0, 15));
        return same && identity.orgId === ORG ? 'ok' : { wronglyAccepted: answer.body };
      } catch (error) {
        return errorVerdict(error);
      }
    },
  ),
  target(
    'JWTs (exp)',
    10,
    fc.tuple(fc.oneof(jwt, oddText), fc.oneof(fc.constant(undefined), fc.nat())),
    ([token, expiresIn]) => {
      const expiry = expiryFromAnswer(new Secret(token), expiresIn, 1_700_000_000_000);
      if (expiry === undefined) return 'ok';
      return Number.isFinite(expiry.atMilliseconds)
        ? 'ok'
        : { wronglyAccepted: `${token}: ${expiry.atMilliseconds}` };
    },
  ),
  target('stored sessions', 12, bodyOf(mangled(storedSession)), judgeStored),
  target('stored catalogs', 8, bodyOf(storedCatalog), judgeStoredCatalog),
  target('the ledger', 2, bodyOf(mangled(ledgerEntry)), async (text) => {
    const id = ledgerEntry.account.id;
    writeFileSync(join(folder, `${fileNameOf(id)}.json`), text);
    const entry = await ledger.read(id);
    await ledger.notedExpiry(id);
    if (!entry) return 'ok';
    return entry.account.id === id && /^[\w-]{43}$/.test(entry.current)
      ? 'ok'
      : { wronglyAccepted: text };
  }),
  target(
    'SOAP answers',
    6,
    fc.oneof(
      oddText,
      fc
        .tuple(oddText, fc.string())
        .map(
          ([text, name]) =>
            `<s:Envelope xmlns:s="x"><s:Body><${name}>${text}</${name}></s:Body></s:Envelope>`,
        ),
      oddText.map(
        (text) =>
          `<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>sf:${text}</faultcode></s:Fault></s:Body></s:Envelope>`,
      ),
    ),
    (text) => {
      try {
        soapResponseIn(text, 200);
        return 'ok';
      } catch (error) {
        if (error instanceof UnreadableAnswer) return 'ok';
        return error instanceof UserFacingError ? errorVerdict(error) : { crashed: String(error) };
      }
    },
  ),
  target(
    'client apps of the settings',
    6,
    fc.oneof(
      odd,
      fc.array(
        mangled({ name: 'Acme', clientId: '3MVG9acme', loginHost: 'acme', scopes: ['api'] }),
      ),
    ),
    (setting) => {
      for (const app of clientAppsIn(setting).apps) {
        const safe =
          /^[A-Za-z0-9._]{8,256}$/.test(app.clientId) &&
          (app.loginHost === undefined || URL.parse(app.loginHost)?.origin === app.loginHost);
        if (!safe) return { wronglyAccepted: JSON.stringify(app) };
      }
      return 'ok';
    },
  ),
];
