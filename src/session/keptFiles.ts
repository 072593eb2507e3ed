/** What is kept on this computer beside the secrets, in one folder that all windows share. Each loads when it is needed. */
import { join } from 'node:path';
import { once } from './once.ts';
import type { SharedFiles } from './sharedFiles.ts';

/** @param folder absolute path of the extension's own folder */
export function keptFiles(folder: string) {
  const filesIn = async (name: string): Promise<SharedFiles> => {
    const { SharedFiles } = await import('./sharedFiles.ts');
    return new SharedFiles(join(folder, name));
  };
  return {
    /** What was last read of each org. */
    catalogs: once(async () => {
      const { CatalogStore } = await import('./catalogStore.ts');
      return new CatalogStore(await filesIn('catalogs'));
    }),
    /** Audits of earlier days. */
    audits: once(async () => {
      const { AuditHistory } = await import('./auditHistory.ts');
      return new AuditHistory(await filesIn('audits'));
    }),
    proofs: once(async () => {
      const { ProofStore } = await import('./proofStore.ts');
      return new ProofStore(await filesIn('proofs'));
    }),
    journal: once(async () => {
      const { Journal } = await import('./journal.ts');
      return new Journal(await filesIn('journal'));
    }),
    /** What was said of migrations. */
    plans: once(async () => {
      const { PlanStore } = await import('./planStore.ts');
      return new PlanStore(await filesIn('plans'));
    }),
  };
}

export type KeptFiles = ReturnType<typeof keptFiles>;
