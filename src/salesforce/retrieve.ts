/**
 * The Metadata API's `retrieve`: a job that ends in a zip of source files. Slower than `readMetadata`, and
 * proven for types that an org may not let be read (SALESFORCE.md 5.4, 6).
 */
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { strFromU8, unzipSync } from 'fflate';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { escapeXml } from './escapeXml.ts';
import type { MetadataAccess } from './metadataApi.ts';
import { answeredXml, UnreadableAnswer } from './soap.ts';
import { fullNameIn } from './sourceFiles.ts';
import type { XmlElement } from './xml.ts';

/** What to retrieve: full names by type. Settings have the type `Settings` and their own names. */
export type RetrieveMembers = ReadonlyMap<string, readonly string[]>;

/** One component as retrieved. */
export interface Retrieved {
  /** Root element of its file, such as `ConnectedApp` or `OauthOidcSettings`. */
  readonly element: XmlElement;
  /** From its file's name. */
  readonly fullName: string;
}

const FIRST_PAUSE_MILLISECONDS = 200;
const LONGEST_PAUSE_MILLISECONDS = 5000;
const DEADLINE_MILLISECONDS = 120_000;
const MOST_FILE_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Retrieves components. What the org does not have, or does not give, is missing from the result.
 * @throws UserFacingError if the job fails or does not end in time, SalesforceError for a fault
 */
export async function retrieveMetadata(
  access: MetadataAccess,
  members: RetrieveMembers,
): Promise<readonly Retrieved[]> {
  const { client, apiVersion, signal } = access;
  const types = [...members].map(([type, names]) => {
    const list = names.map((name) => `<met:members>${escapeXml(name)}</met:members>`);
    return `<met:types>${list.join('')}<met:name>${type}</met:name></met:types>`;
  });
  const started = await client.soap(
    apiVersion,
    `<met:retrieve><met:retrieveRequest><met:apiVersion>${apiVersion}</met:apiVersion><met:singlePackage>true</met:singlePackage><met:unpackaged>${types.join('')}<met:version>${apiVersion}</met:version></met:unpackaged></met:retrieveRequest></met:retrieve>`,
    signal,
  );
  const id = started.child('result')?.textOf('id') ?? '';
  const deadline = performance.now() + DEADLINE_MILLISECONDS;
  for (let pause = FIRST_PAUSE_MILLISECONDS; performance.now() < deadline; pause *= 2) {
    await delay(Math.min(pause, LONGEST_PAUSE_MILLISECONDS), undefined, { signal });
    const answer = await client.soap(
      apiVersion,
      `<met:checkRetrieveStatus><met:asyncProcessId>${escapeXml(id)}</met:asyncProcessId><met:includeZip>true</met:includeZip></met:checkRetrieveStatus>`,
      signal,
    );
    const result = answer.child('result');
    if (result?.textOf('done') !== 'true') continue;
    if (result.textOf('success') !== 'true') break;
    return filesIn(result.textOf('zipFile') ?? '');
  }
  throw new UserFacingError({
    code: 'retrieve_failed',
    happened: l10n.t(
      'The org did not hand over the settings that it does not let be read directly.',
    ),
    todo: l10n.t('Try again later.'),
    remedies: ['tryAgain'],
  });
}

/** @param zipFile base64 */
function filesIn(zipFile: string): readonly Retrieved[] {
  let bytes = 0;
  let files;
  try {
    files = unzipSync(Buffer.from(zipFile, 'base64'), {
      // A small zip may hold a huge file.
      filter: ({ name, originalSize }) => {
        bytes += originalSize;
        if (originalSize > MOST_FILE_BYTES || bytes > MOST_BYTES) {
          throw new UnreadableAnswer(l10n.t('a retrieved file is too large'));
        }
        return !name.endsWith('/') && !/(^|\/)package\.xml$/.test(name);
      },
    });
  } catch (error) {
    if (error instanceof UnreadableAnswer) throw error;
    throw new UnreadableAnswer(l10n.t('what was retrieved is not a zip'));
  }
  return Object.entries(files).map(([name, content]) => ({
    element: answeredXml(strFromU8(content)),
    fullName: fullNameIn(name),
  }));
}
