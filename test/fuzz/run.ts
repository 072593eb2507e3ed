/** Feeds hostile input to every parser of something that comes from elsewhere. */
import { changeTargets } from './changes.ts';
import { protocolTargets } from './protocol.ts';
import { salesforceTargets } from './salesforce.ts';
import type { Finding } from './target.ts';

export interface FuzzFigures {
  readonly inputs: number;
  readonly crashes: number;
  readonly wronglyAccepted: number;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

/**
 * @param inputs how many, spread over the targets by their weights
 * @param seed the same seed gives the same inputs
 */
export async function runFuzz(inputs: number, seed: number): Promise<FuzzFigures> {
  const targets = [...protocolTargets, ...salesforceTargets, ...changeTargets];
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0);
  const begun = performance.now();
  const findings: Finding[] = [];
  let used = 0;
  for (const target of targets) {
    const share = Math.ceil((inputs * target.weight) / weights);
    used += share;
    findings.push(...(await target.run(share, seed)));
  }
  return {
    inputs: used,
    crashes: findings.filter(({ verdict }) => 'crashed' in verdict).length,
    wronglyAccepted: findings.filter(({ verdict }) => 'wronglyAccepted' in verdict).length,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
    findings,
  };
}
