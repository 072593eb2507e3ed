/** What somebody has said of each app's migration, by org: on this computer, shared by its windows. */
import * as v from 'valibot';
import { TOLD_STEPS, type ToldProgress, type ToldStep } from '../audit/migration.ts';
import { jsonNameOf, type SharedFiles } from './sharedFiles.ts';

const day = v.optional(v.pipe(v.string(), v.isoDate()));
const Stored = v.object({
  version: v.literal(1),
  orgId: v.string(),
  apps: v.record(
    v.string(),
    v.object({ clientUpdated: day, testedInSandbox: day, reauthenticated: day }),
  ),
});

export class PlanStore {
  readonly #files: SharedFiles;

  constructor(files: SharedFiles) {
    this.#files = files;
  }

  /** By `App.id`. @param orgId 18 characters */
  async of(orgId: string): Promise<Readonly<Record<string, ToldProgress>>> {
    const result = v.safeParse(Stored, await this.#files.read(jsonNameOf(orgId)));
    if (!result.success || result.output.orgId !== orgId) return {};
    return Object.fromEntries(
      Object.entries(result.output.apps).map(([id, days]) => [id, withoutEmpty(days)]),
    );
  }

  /**
   * Says that a step of an app is done, or takes that back.
   * @param onDay `2026-11-21`; undefined takes it back
   * @throws file system errors
   */
  async tell(
    orgId: string,
    appId: string,
    step: ToldStep,
    onDay: string | undefined,
  ): Promise<void> {
    const apps = await this.of(orgId);
    const days = withoutEmpty({ ...apps[appId], [step]: onDay });
    const others = Object.entries(apps).filter(([id]) => id !== appId);
    const all = Object.keys(days).length > 0 ? [...others, [appId, days] as const] : others;
    await this.#files.update(jsonNameOf(orgId), {
      version: 1,
      orgId,
      apps: Object.fromEntries(all),
    });
  }
}

function withoutEmpty(days: Readonly<Partial<Record<ToldStep, string | undefined>>>): ToldProgress {
  const told = TOLD_STEPS.flatMap((step) => {
    const onDay = days[step];
    return onDay === undefined ? [] : [[step, onDay] as const];
  });
  return Object.fromEntries(told);
}
