/** Proves what an app's settings only say: by requests without a user, and by a test sign-in as that app. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Secret } from '../oauth/secret.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import type { App } from '../salesforce/app.ts';
import { isOauthClient } from '../salesforce/pkceStatus.ts';
import type { Proof } from '../salesforce/proof.ts';
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import type { ProofStore } from '../session/proofStore.ts';
import type { Sessions } from '../session/sessions.ts';
import { openRegistered, redirectSettings, situationFor } from '../signIn/browser.ts';
import { BrowserWait } from '../signIn/browserWait.ts';
import { registeredWayOf, type RegisteredWay } from '../signIn/registeredWay.ts';
import type { BrowserContext } from '../signIn/signIn.ts';
import type { FoundApp } from '../views/appPicker.ts';
import type { Documents } from '../views/documents.ts';
import type { Messages } from '../views/messages.ts';
import { showInformationMessage } from '../views/notifications.ts';
import { withCancel } from '../views/progress.ts';
import type { HandshakeResult } from '../signIn/handshake.ts';
import { proofMarkdown, proofSummary } from '../views/proofTexts.ts';
import { appOf } from './appOf.ts';
import { unlessAborted } from './unlessAborted.ts';

export interface ProveCommandsContext extends BrowserContext {
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly documents: Documents;
  readonly proofs: ProofStore;
  readonly messages: Messages;
  /** Told when there is a new proof: findings and reports show it. */
  readonly onProof: () => void;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

/** What a request in the name of an app needs of it. */
interface OauthClient {
  readonly clientId: string;
  readonly callbackUrls: readonly string[];
}

const WAY_TEXTS: Readonly<Record<RegisteredWay['way'], string>> = {
  uriHandler: l10n.t("by this editor's own link"),
  loopback: l10n.t('by a page of this computer, at the port that the app has registered'),
  relay: l10n.t('by the relay page'),
  paste: l10n.t("to the app's own callback URL"),
};

const PROOF_TROUBLE = l10n.t(
  'The result could not be kept: findings and reports will not show it. Is the disk full?',
);

export class ProveCommands {
  readonly #context: ProveCommandsContext;

  constructor(context: ProveCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.probeApp` */
  async probeApp(target?: unknown): Promise<void> {
    const found = await appOf(target, this.#context, l10n.t('Probe App'));
    if (!found) return;
    const { app, session } = found;
    const { clientId, callbackUrls } = oauthClientOf(app);
    const [redirectUri = ''] = callbackUrls;
    const host = new URL(session.instanceUrl).host;
    const go = l10n.t('Send Three Requests');
    const picked = await showInformationMessage(
      l10n.t`Ask ${host} whether it enforces PKCE for "${app.label}"?`,
      {
        modal: true,
        detail: l10n.t(
          "Three requests to the authorize endpoint with the app's consumer key, which are to be refused: one without a code challenge, one with the method plain, one with a redirect URI that is not registered. Nobody logs in, nothing is changed, and no redirect is followed. The org may note the requests.",
        ),
      },
      go,
    );
    if (picked !== go) return;
    const steps = await withCancel(l10n.t`Probing ${app.label}`, async (signal) => {
      const { probe } = await import('../salesforce/probe.ts');
      const timeoutMilliseconds = this.#context.timeoutMilliseconds();
      const access = { fetch: this.#context.fetch, timeoutMilliseconds, signal };
      return unlessAborted(signal, () =>
        probe(access, { loginHost: session.instanceUrl, clientId, redirectUri }),
      );
    });
    if (steps) await this.#tell('probe', found, { steps, isRevoked: true });
  }

  /** `salesforcePkce.testHandshake` */
  async testHandshake(target?: unknown): Promise<void> {
    const found = await appOf(target, this.#context, l10n.t('Test Handshake of App'));
    if (!found) return;
    const { app, session } = found;
    const { clientId, callbackUrls } = oauthClientOf(app);
    const way = registeredWayOf(callbackUrls, await situationFor(session.instanceUrl), {
      uriScheme: vscode.env.uriScheme,
      relayUrl: redirectSettings().relayUrl,
    });
    if (!way || !(await confirmHandshake(found, way))) return;
    const secret = await askSecret(app);
    if (secret === undefined) return;
    const result = await withCancel(l10n.t`Test handshake of ${app.label}`, (signal, report) =>
      unlessAborted(signal, () => this.#handshake(found, clientId, secret, way, signal, report)),
    );
    if (result) await this.#tell('handshake', found, result);
  }

  async #handshake(
    { session }: FoundApp,
    clientId: string,
    secret: string,
    way: RegisteredWay,
    signal: AbortSignal,
    report: (message: string) => void,
  ): Promise<HandshakeResult> {
    const { handshake } = await import('../signIn/handshake.ts');
    let wait: BrowserWait | undefined;
    try {
      return await handshake(this.#context, {
        loginHost: session.instanceUrl,
        clientId,
        clientSecret: secret === '' ? undefined : new Secret(secret),
        signal,
        openRedirect: () => openRegistered(way),
        openLink: (url, trip) => {
          wait = new BrowserWait({
            deadlineMilliseconds: this.#context.deadlineMilliseconds,
            report: (message) =>
              report(
                trip > 1
                  ? l10n.t`Once more, since the wrong verifier has used the code up. ${message}`
                  : message,
              ),
            deliver: (response) => this.#context.pending.deliver(response),
          });
          wait.open(url, way.way);
        },
        report: (message) => {
          wait?.end();
          report(message);
        },
      });
    } finally {
      wait?.end();
    }
  }

  /** Shows what was found, and keeps it: a full disk does not hide the result. */
  async #tell(
    kind: Proof['kind'],
    { app, session }: FoundApp,
    { steps, isRevoked }: HandshakeResult,
  ): Promise<void> {
    const { proofs, documents, messages, onProof, now } = this.#context;
    const proof: Proof = {
      kind,
      app: app.id,
      label: app.label,
      at: new Date(now()).toISOString(),
      host: new URL(session.instanceUrl).host,
      steps,
    };
    const isKept = await proofs.add(session.orgId, proof).then(
      () => true,
      (error: unknown) => {
        messages.logError(error);
        void messages.warn(PROOF_TROUBLE);
        return false;
      },
    );
    if (isKept) onProof();
    void showInformationMessage(proofSummary(proof));
    await documents.show(
      kind === 'probe' ? l10n.t`Probe of ${app.label}` : l10n.t`Handshake of ${app.label}`,
      proofMarkdown(proof, { isRevoked, isKept }),
    );
  }
}

/** @throws UserFacingError if what is needed of the app is not known */
function oauthClientOf(app: App): OauthClient {
  const { label, oauth, pkceReason } = app;
  if (oauth !== null && !isOauthClient(app)) {
    throw new UserFacingError({
      code: 'client_not_known',
      happened: l10n.t`${label} may share its consumer key with another app, whose settings then apply: no request was sent.`,
      todo: pkceReason,
    });
  }
  const clientId = oauth?.consumerKey;
  const callbacks = oauth?.callbackUrl;
  const callbackUrls = Array.isArray(callbacks)
    ? callbacks.filter((url) => typeof url === 'string')
    : [];
  if (typeof clientId === 'string' && clientId !== '' && callbackUrls.length > 0) {
    return { clientId, callbackUrls };
  }
  throw new UserFacingError({
    code: 'client_not_known',
    happened: l10n.t`The consumer key or the callback URLs of ${label} are not known, so that nothing can be asked in its name.`,
    todo:
      oauth === null
        ? pkceReason
        : l10n.t('Refresh the apps; an app without callback URLs has no such flow.'),
  });
}

async function confirmHandshake({ app, session }: FoundApp, way: RegisteredWay): Promise<boolean> {
  const go = l10n.t('Start Test Sign-In');
  const picked = await showInformationMessage(
    l10n.t`Test the handshake of "${app.label}" at ${new URL(session.instanceUrl).host}?`,
    {
      modal: true,
      detail: [
        l10n.t`You log in as a user of the app; the browser comes back ${WAY_TEXTS[way.way]} (${way.callbackUrl}).`,
        ...(way.way === 'paste'
          ? [
              l10n.t(
                'Copy the address that the browser ends at: a box to paste it into opens with the log-in page. If that address belongs to a running client, the client may use the code up before you paste it.',
              ),
            ]
          : []),
        l10n.t(
          'Then what must fail is tried: a wrong verifier, a refresh token that was replaced, a code that was used. That ends the test session; it never becomes a session of this editor. If a wrong verifier uses the code up, you log in a second time.',
        ),
        l10n.t(
          'Salesforce keeps five approvals for each user and app and ends the oldest: take a user whom the client itself does not use.',
        ),
      ].join('\n\n'),
    },
    go,
  );
  return picked === go;
}

/** @returns empty if the app wants none; undefined if the user left */
async function askSecret(app: App): Promise<string | undefined> {
  if (app.oauth?.isConsumerSecretOptional === true) return '';
  return vscode.window.showInputBox({
    title: l10n.t`Test Handshake of ${app.label}: Consumer Secret`,
    prompt: l10n.t(
      'A confidential client sends its secret with the code. It is used for this test alone and kept nowhere. Leave it empty if the client has none.',
    ),
    password: true,
    ignoreFocusOut: true,
  });
}
