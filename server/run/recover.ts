/** Runs that a dead server left behind: what still runs of them is ended, and they are settled with the numbers they have. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { endGroup } from '../process/end.ts';
import { processOf } from '../process/group.ts';
import type { ExecuteOptions } from './execute.ts';
import { machine } from './machine.ts';
import { settleSurely } from './settle.ts';
import { type RunProcess, takeOrphans } from './store.ts';

type RecoverOptions = Pick<ExecuteOptions, 'db' | 'owner' | 'log' | 'events'> & { readonly exclusive: boolean };

export async function recoverOrphans({ db, owner, log, events, exclusive }: RecoverOptions): Promise<void> {
  for (const { run, process } of await takeOrphans(db, owner, exclusive)) {
    if (process) await endOrphan(process);
    log.warn({ runId: run.id }, 'a run without an owner was settled');
    const ending = { cause: 'owner_lost' as const, message: 'The server that ran it ended before the run did. The numbers up to then are kept.', exitCode: null };
    await settleSurely(db, run, owner, ending, null, (error) => log.error({ err: error, runId: run.id }, 'an orphan could not be settled'));
    events.changed(run.id);
  }
}

/** The recorded pid is only believed on the same boot of the same machine, and with the same start time. */
async function endOrphan({ group, startTicks, bootId, host, folder }: RunProcess): Promise<void> {
  if (host !== machine.host || bootId !== machine.bootId || bootId === '') return;
  if (processOf(group)?.startTicks === startTicks) await endGroup(group, 0);
  await rm(path.dirname(folder), { recursive: true, force: true });
}
