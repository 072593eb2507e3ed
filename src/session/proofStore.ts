/** What was proven about the apps of each org: on this computer, the last probe and the last handshake of each app. */
import * as v from 'valibot';
import { HANDSHAKE_CHECKS, PROBE_CHECKS, type Proof } from '../salesforce/proof.ts';
import { jsonNameOf, type SharedFiles } from './sharedFiles.ts';

const MOST_PROOFS = 2000;

const text = v.string();
const Stored = v.object({
  version: v.literal(1),
  orgId: text,
  proofs: v.array(
    v.object({
      kind: v.picklist(['probe', 'handshake']),
      app: text,
      label: text,
      at: v.pipe(text, v.isoTimestamp()),
      host: text,
      steps: v.array(
        v.object({
          check: v.picklist([...PROBE_CHECKS, ...HANDSHAKE_CHECKS]),
          verdict: v.picklist(['proven', 'refuted', 'unknown']),
          sent: text,
          seen: text,
        }),
      ),
    }),
  ),
});

export class ProofStore {
  readonly #files: SharedFiles;

  constructor(files: SharedFiles) {
    this.#files = files;
  }

  /** The proofs of an org, the oldest first. @param orgId 18 characters */
  async of(orgId: string): Promise<readonly Proof[]> {
    const result = v.safeParse(Stored, await this.#files.read(jsonNameOf(orgId)));
    return result.success && result.output.orgId === orgId ? result.output.proofs : [];
  }

  /** Keeps a proof in place of an earlier one of its kind. @throws file system errors */
  async add(orgId: string, proof: Proof): Promise<void> {
    const others = (await this.of(orgId)).filter(
      ({ app, kind }) => app !== proof.app || kind !== proof.kind,
    );
    const proofs = [...others, proof].slice(-MOST_PROOFS);
    await this.#files.update(jsonNameOf(orgId), { version: 1, orgId, proofs });
  }
}
