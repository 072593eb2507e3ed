/** The metadata source of an external client app that this extension can sign in with (SALESFORCE.md 5, 9). Pure. */
import { escapeXml } from './escapeXml.ts';

export interface ClientAppInput {
  /** What people call the app. */
  readonly label: string;
  readonly contactEmail: string;
  /** Byte for byte; Salesforce takes 2,000 characters in all. */
  readonly callbackUrls: readonly string[];
}

export interface SourceFile {
  /** Below `main/default` of a package directory, with slashes. */
  readonly path: string;
  readonly text: string;
}

const MOST_CALLBACK_CHARACTERS = 2000;
const MOST_NAME_CHARACTERS = 40;

/** An API name for a label: letters, digits and single underscores, beginning with a letter. */
export function apiNameOf(label: string): string {
  const name = label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^[^A-Za-z]+|_+$/g, '')
    .slice(0, MOST_NAME_CHARACTERS)
    .replace(/_+$/, '');
  return name === '' ? 'PKCE_for_Salesforce' : name;
}

/** Paths in a project of which no shell runs a part, between double quotes. */
export const PLAIN_PATH = /^\w[\w./ -]*$/;

/**
 * The command that deploys files, to be pasted into a shell in the folder of the project: `sf` looks for that upwards,
 * and takes paths from there.
 * @param paths relative to the project, each a {@link PLAIN_PATH}
 */
export function deployCommandOf(paths: readonly string[]): string {
  return `sf project deploy start ${paths.map((path) => `--source-dir "${path}"`).join(' ')}`;
}

/**
 * The files: PKCE required, no secret, refresh token rotation. Policies are left to the org, which makes them with
 * the app.
 */
export function clientAppFiles({
  label,
  contactEmail,
  callbackUrls,
}: ClientAppInput): readonly SourceFile[] {
  const name = apiNameOf(label);
  return [
    file(`externalClientApps/${name}.eca`, 'ExternalClientApplication', [
      ['contactEmail', contactEmail],
      ['distributionState', 'Local'],
      ['isProtected', 'false'],
      ['label', label],
    ]),
    file(
      `extlClntAppGlobalOauthSets/${name}_glbloauth.ecaGlblOauth`,
      'ExtlClntAppGlobalOauthSettings',
      [
        ['callbackUrl', fitting(callbackUrls).join('\n')],
        ['externalClientApplication', name],
        ['isConsumerSecretOptional', 'true'],
        ['isIntrospectAllTokens', 'false'],
        ['isPkceRequired', 'true'],
        ['isRefreshTokenRotationEnabled', 'true'],
        ['isSecretRequiredForRefreshToken', 'false'],
        ['label', `${name}_glbloauth`],
        ['shouldRotateConsumerKey', 'false'],
        ['shouldRotateConsumerSecret', 'false'],
      ],
    ),
    file(`extlClntAppOauthSettings/${name}_oauth.ecaOauth`, 'ExtlClntAppOauthSettings', [
      ['commaSeparatedOauthScopes', 'Api, RefreshToken'],
      ['externalClientApplication', name],
      ['isFirstPartyAppEnabled', 'false'],
      ['label', `${name}_oauth`],
    ]),
  ];
}

/** As many as Salesforce takes, the first ones first. */
function fitting(callbackUrls: readonly string[]): readonly string[] {
  let characters = 0;
  return callbackUrls.filter((url) => {
    characters += url.length + 1;
    return characters <= MOST_CALLBACK_CHARACTERS + 1;
  });
}

function file(
  path: string,
  type: string,
  elements: readonly (readonly [name: string, value: string])[],
): SourceFile {
  const lines = elements.map(([name, value]) => `    <${name}>${escapeXml(value)}</${name}>`);
  return {
    path: `${path}-meta.xml`,
    text: `<?xml version="1.0" encoding="UTF-8"?>
<${type} xmlns="http://soap.sforce.com/2006/04/metadata">
${lines.join('\n')}
</${type}>
`,
  };
}
