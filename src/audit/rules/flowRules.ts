/** Which flows an app and its org allow, and settings that contradict each other (SALESFORCE.md 4.3, 5.3, 6). */
import * as l10n from '@vscode/l10n';
import type { AppFacts, Flow } from '../appFacts.ts';
import { FLOWS } from '../appFacts.ts';
import { REFERENCES, type AppRule, type OrgRule } from '../rule.ts';
import { controlOf, controlWithoutBand } from './words.ts';

const FLOW_NAMES: Readonly<Record<Flow, string>> = {
  clientCredentials: l10n.t('client credentials flow'),
  device: l10n.t('device flow'),
  tokenExchange: l10n.t('token exchange flow'),
};

/** Flows that the app's developer and the org's admin say different things about. */
function contradicted(facts: AppFacts, byApp: boolean, byPolicy: boolean): readonly string[] {
  return FLOWS.filter(
    (flow) => facts.flows[flow].byApp === byApp && facts.flows[flow].byPolicy === byPolicy,
  ).map((flow) => FLOW_NAMES[flow]);
}

export const deviceFlowOn: AppRule = {
  id: 'device-flow-on',
  title: l10n.t('The device flow is on'),
  why: l10n.t(
    'Attackers send people a code to type at the real log-in page, and get their token. PKCE does not cover this flow.',
  ),
  remedy: l10n.t('Switch off the device flow unless a device without a browser needs it.'),
  reference: REFERENCES.healthReviewConnectedApps,
  judge: ({ app, flows }) =>
    flows.device.byApp === true
      ? {
          severity: 'medium',
          evidence: [l10n.t('The device flow is on.')],
          control: controlWithoutBand('Device flow off', app.kind),
        }
      : null,
};

export const flowOffByPolicy: AppRule = {
  id: 'flow-off-by-policy',
  title: l10n.t('A flow is allowed by the app and off in the policy'),
  why: l10n.t(
    "The flow does not work in this org. Whoever reads only the app's settings believes that it does.",
  ),
  remedy: l10n.t('Switch the flow off in the app too, or on in the policy if it is needed.'),
  reference: REFERENCES.healthReviewExternalClientApps,
  judge: (facts) => {
    const flows = contradicted(facts, true, false);
    if (flows.length === 0) return null;
    return {
      severity: 'info',
      evidence: flows.map((flow) => l10n.t`Effectively off: the ${flow}.`),
    };
  },
};

export const flowOnByPolicyOnly: AppRule = {
  id: 'flow-on-by-policy-only',
  title: l10n.t('A flow is on in the policy and off in the app'),
  why: l10n.t(
    'The flow does not work today. The day its developer switches it on, it works at once, without anybody here deciding so.',
  ),
  remedy: l10n.t('Switch the flow off in the policy.'),
  reference: REFERENCES.healthReviewExternalClientApps,
  judge: (facts) => {
    const flows = contradicted(facts, false, true);
    if (flows.length === 0) return null;
    return {
      severity: 'low',
      evidence: flows.map((flow) => l10n.t`On in the policy and off in the app: the ${flow}.`),
    };
  },
};

export const rangesRelaxed: AppRule = {
  id: 'ip-ranges-relaxed',
  title: l10n.t('IP ranges are set, and relaxed'),
  why: l10n.t(
    'The ranges look like a fence, and are none: the policy lets tokens be used from anywhere.',
  ),
  remedy: l10n.t(
    'Set IP Relaxation to Enforce IP restrictions, which holds users to the ranges of org and profile, or to Relax IP restrictions for activated devices, which holds the web server flow to these; or take the ranges away.',
  ),
  reference: REFERENCES.healthReviewConnectedApps,
  // BYPASS_2FACTOR holds the web server flow to the app's ranges (help: connected_app_continuous_ip).
  judge: ({ app, ipRangeCount = 0, ipRelaxation = '' }) =>
    ipRangeCount > 0 && /^bypass$/i.test(ipRelaxation)
      ? {
          severity: 'medium',
          evidence: [
            l10n.t`Trusted IP ranges set: ${ipRangeCount}.`,
            l10n.t`IP Relaxation is ${ipRelaxation}.`,
          ],
          ...(app.kind === 'connectedApp'
            ? {
                control: controlOf('IP relaxation', 'connectedApp', 'Medium to High (6.0-8.5)'),
                cvss: { from: 6, to: 8.5 },
              }
            : {}),
        }
      : null,
};

export const usernamePasswordAllowed: OrgRule = {
  id: 'username-password-flow-allowed',
  title: l10n.t('The org allows the username-password flow'),
  why: l10n.t('Programs keep passwords of people, and log in without a second factor.'),
  remedy: l10n.t(
    'Switch off Allow OAuth Username-Password Flows in Setup > OAuth and OpenID Connect Settings, once no integration needs it.',
  ),
  reference: REFERENCES.oauthSecurity,
  judge: ({ org }) =>
    org.blocksUsernamePassword === false
      ? {
          severity: 'medium',
          evidence: [l10n.t('The org does not block the username-password flow.')],
        }
      : null,
};

export const userAgentAllowed: OrgRule = {
  id: 'user-agent-flow-allowed',
  title: l10n.t('The org allows the user-agent flow'),
  why: l10n.t(
    'Access tokens are handed out in the address of a page, where history, logs and scripts see them. PKCE does not cover this flow.',
  ),
  remedy: l10n.t(
    'Switch off Allow OAuth User-Agent Flows in Setup > OAuth and OpenID Connect Settings, once no client needs it.',
  ),
  reference: REFERENCES.oauthSecurity,
  judge: ({ org }) =>
    org.blocksUserAgent === false
      ? { severity: 'medium', evidence: [l10n.t('The org does not block the user-agent flow.')] }
      : null,
};
