/** Runs that a dead server left behind: what still runs of them is ended, and they are settled with the numbers they have. */
import { rm } from 'node:fs/promises';
import type { Cipher } from '../db/cipher.ts';
import { endGroup } from '../process/end.ts';
import { groupsWith, processOf } from '../process/group.ts';
import type { ExecuteOptions } from './execute.ts';
import { homeOf, runFolderOf } from './folder.ts';
import { machine } from './machine.ts';
import { settleSurely } from './settle.ts';
import { LEASE_SECONDS, type RunProcess, takeOrphans } from './store.ts';

type RecoverOptions = Pick<ExecuteOptions, 'db' | 'owner' | 'log' | 'events' | 'runsFolder'> & { readonly cipher: Cipher };

/** Rejects only when the runs cannot be read; trouble with one of them is logged, and the next one's turn comes. */
export async function recoverOrphans({ db, cipher, owner, log, events, runsFolder }: RecoverOptions, which: 'all' | 'expired', except: readonly string[]): Promise<void> {
  for (const { run, process } of await takeOrphans(db, cipher, owner, which, except)) {
    const trouble = (error: unknown) => log.error({ err: error, runId: run.id }, 'an orphan could not be settled');
    const folder = runFolderOf(runsFolder, run.id);
    try {
      await endOrphan(process, folder);
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      trouble(error);
    }
    log.warn({ runId: run.id }, 'a run without an owner was settled');
    const ending = { cause: 'owner_lost' as const, message: 'The server that ran it ended before the run did. The numbers up to then are kept.', exitCode: null };
    await settleSurely(db, run, owner, ending, null, { lost: AbortSignal.timeout(LEASE_SECONDS * 1000), onTrouble: trouble });
    events.changed(run.id);
  }
}

/**
 * The recorded pid is only believed on the same boot of the same machine, and with the same start time. Whatever was
 * started with the run's own HOME is of this run, too: a child whose leader is gone, or a tool whose pid nobody had the time to record.
 */
async function endOrphan(process: RunProcess | null, folder: string): Promise<void> {
  const groups = new Set(groupsWith('HOME', homeOf(folder)));
  if (process && process.host === machine.host && process.bootId === machine.bootId && machine.bootId !== '' && processOf(process.group)?.startTicks === process.startTicks) groups.add(process.group);
  for (const group of groups) await endGroup(group, 0);
}
