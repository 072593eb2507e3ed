/** Which flows an app and its org allow, and settings that contradict each other (SALESFORCE.md 4.3, 5.3, 6). */
import type { AppFacts, Flow } from '../appFacts.ts';
import { FLOWS } from '../appFacts.ts';
import { REFERENCES, type AppRule, type OrgRule } from '../rule.ts';
import { controlWithoutBand } from './words.ts';

const FLOW_NAMES: Readonly<Record<Flow, string>> = {
  clientCredentials: 'client credentials flow',
  device: 'device flow',
  tokenExchange: 'token exchange flow',
};

/** Flows that the app's developer and the org's admin say different things about. */
function contradicted(facts: AppFacts, byApp: boolean, byPolicy: boolean): readonly string[] {
  return FLOWS.filter(
    (flow) => facts.flows[flow].byApp === byApp && facts.flows[flow].byPolicy === byPolicy,
  ).map((flow) => FLOW_NAMES[flow]);
}

export const deviceFlowOn: AppRule = {
  id: 'device-flow-on',
  title: 'The device flow is on',
  why: 'Attackers send people a code to type at the real log-in page, and get their token. PKCE does not cover this flow.',
  remedy: 'Switch off the device flow unless a device without a browser needs it.',
  reference: REFERENCES.healthReviewConnectedApps,
  judge: ({ app, flows }) =>
    flows.device.byApp === true
      ? {
          severity: 'medium',
          evidence: ['The device flow is on.'],
          control: controlWithoutBand('Device flow off', app.kind),
        }
      : null,
};

export const flowOffByPolicy: AppRule = {
  id: 'flow-off-by-policy',
  title: 'A flow is allowed by the app and off in the policy',
  why: "The flow does not work in this org. Whoever reads only the app's settings believes that it does.",
  remedy: 'Switch the flow off in the app too, or on in the policy if it is needed.',
  reference: REFERENCES.healthReviewExternalClientApps,
  judge: (facts) => {
    const flows = contradicted(facts, true, false);
    if (flows.length === 0) return null;
    return {
      severity: 'info',
      evidence: flows.map((flow) => `Effectively off: the ${flow}.`),
    };
  },
};

export const flowOnByPolicyOnly: AppRule = {
  id: 'flow-on-by-policy-only',
  title: 'A flow is on in the policy and off in the app',
  why: 'The flow does not work today. The day its developer switches it on, it works at once, without anybody here deciding so.',
  remedy: 'Switch the flow off in the policy.',
  reference: REFERENCES.healthReviewExternalClientApps,
  judge: (facts) => {
    const flows = contradicted(facts, false, true);
    if (flows.length === 0) return null;
    return {
      severity: 'low',
      evidence: flows.map((flow) => `On in the policy and off in the app: the ${flow}.`),
    };
  },
};

export const rangesRelaxed: AppRule = {
  id: 'ip-ranges-relaxed',
  title: 'IP ranges are set, and relaxed',
  why: 'The ranges look like a fence, and are none: the policy lets tokens be used from anywhere.',
  remedy: 'Set IP Relaxation to Enforce IP Restrictions, or take the ranges away.',
  reference: REFERENCES.healthReviewConnectedApps,
  judge: ({ app, ipRangeCount = 0, ipRelaxation = '' }) =>
    ipRangeCount > 0 && /^bypass/i.test(ipRelaxation)
      ? {
          severity: 'medium',
          evidence: [
            `${ipRangeCount} trusted IP ranges are set.`,
            `IP Relaxation is ${ipRelaxation}.`,
          ],
          ...(app.kind === 'connectedApp'
            ? {
                control: 'Connected Apps: IP relaxation, band Medium to High (6.0-8.5)',
                cvss: { from: 6, to: 8.5 },
              }
            : {}),
        }
      : null,
};

export const usernamePasswordAllowed: OrgRule = {
  id: 'username-password-flow-allowed',
  title: 'The org allows the username-password flow',
  why: 'Programs keep passwords of people, and log in without a second factor.',
  remedy:
    'Switch off Allow OAuth Username-Password Flows in Setup > OAuth and OpenID Connect Settings, once no integration needs it.',
  reference: REFERENCES.oauthSecurity,
  judge: ({ org }) =>
    org.blocksUsernamePassword === false
      ? { severity: 'medium', evidence: ['The org does not block the username-password flow.'] }
      : null,
};

export const userAgentAllowed: OrgRule = {
  id: 'user-agent-flow-allowed',
  title: 'The org allows the user-agent flow',
  why: 'Access tokens are handed out in the address of a page, where history, logs and scripts see them. PKCE does not cover this flow.',
  remedy:
    'Switch off Allow OAuth User-Agent Flows in Setup > OAuth and OpenID Connect Settings, once no client needs it.',
  reference: REFERENCES.oauthSecurity,
  judge: ({ org }) =>
    org.blocksUserAgent === false
      ? { severity: 'medium', evidence: ['The org does not block the user-agent flow.'] }
      : null,
};
