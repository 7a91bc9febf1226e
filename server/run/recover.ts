/** Runs that a dead server left behind: what still runs of them is ended, and they are settled with the numbers they have. */
import { readdir, rm } from 'node:fs/promises';
import type { Cipher } from '../db/cipher.ts';
import type { Db } from '../db/client.ts';
import { endGroup, endWithHome } from '../process/end.ts';
import { processOf } from '../process/group.ts';
import type { ExecuteOptions } from './execute.ts';
import { settleLeft } from './fleet/left.ts';
import { homeOf, runFolderOf } from './folder.ts';
import { printedLast } from './last-words.ts';
import { removeImport } from './import/store.ts';
import { FURTHER_LATER } from './log/keep.ts';
import { lastOfLog } from './log/store.ts';
import { machine } from './machine.ts';
import { LEASE_SECONDS, settledAmong, takeOrphans } from './ownership/store.ts';
import type { Run, RunProcess } from './run.ts';
import { settleSurely } from './settle.ts';
import { PLACE_LOST } from './turns.ts';

/** Of which the last that say something are told. */
const LOG_LINES = 50;

type RecoverOptions = Pick<ExecuteOptions, 'db' | 'owner' | 'log' | 'events' | 'runsFolder'> & {
  readonly cipher: Cipher;
  /** A run in shards was settled: they may still send. */
  readonly onFleetLeft?: () => void;
};

/** Rejects only when the runs cannot be read; trouble with one of them is logged, and the next one's turn comes. */
export async function recoverOrphans({ db, cipher, owner, log, events, runsFolder, onFleetLeft }: RecoverOptions, which: 'all' | 'expired', except: readonly string[]): Promise<void> {
  for (const { run, process } of await takeOrphans(db, cipher, owner, which, except)) {
    const trouble = (error: unknown) => log.error({ err: error, runId: run.id }, 'an orphan could not be settled');
    const untold = (error: unknown) => {
      trouble(error);
      return '';
    };
    const folder = runFolderOf(runsFolder, run.id);
    try {
      await endOrphan(process, folder);
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      trouble(error);
    }
    if (run.imported !== null) {
      // All of its results are with who brought them, and half of them is no run.
      await removeImport(db, run, owner).catch(trouble);
      continue;
    }
    log.warn({ runId: run.id }, 'a run without an owner was settled');
    const message = run.state === 'queued' ? PLACE_LOST : `The server that ran it ended before the run did. The numbers up to then are kept.${await printedBefore(db, run).catch(untold)}`;
    const ending = { cause: 'owner_lost' as const, message, exitCode: null };
    await settleLeft(db, run, owner).catch(trouble);
    await settleSurely(db, run, owner, ending, null, { lost: AbortSignal.timeout(LEASE_SECONDS * 1000), onTrouble: trouble });
    events.changed(run.id);
    if (run.fleet !== null) onFleetLeft?.();
  }
}

/** As far as it was stored: what comes after the first lines of a long log was in the memory of the dead server. */
async function printedBefore(db: Db, { organizationId, id }: Pick<Run, 'organizationId' | 'id'>): Promise<string> {
  const lines = await lastOfLog(db, organizationId, id, LOG_LINES);
  return lines.at(-1) === FURTHER_LATER ? '' : printedLast('Its tool', { stdout: lines.join('\n'), stderr: '' });
}

/** What is left here of runs that another server settled while the server of this folder was dead. Never rejects. */
export async function sweepSettled({ db, log, runsFolder }: Pick<RecoverOptions, 'db' | 'log' | 'runsFolder'>): Promise<void> {
  try {
    const ids = (await readdir(runsFolder).catch(() => [])).filter((name) => RUN_ID.test(name));
    for (const id of await settledAmong(db, ids)) {
      const folder = runFolderOf(runsFolder, id);
      await endWithHome(homeOf(folder));
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    log.error({ err: error }, 'what is left of settled runs could not be removed');
  }
}

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The recorded pid is only believed on the same boot of the same machine, and with the same start time. Whatever was
 * started with the run's own HOME is of this run, too: a child whose leader is gone, or a tool whose pid nobody had the time to record.
 */
async function endOrphan(process: RunProcess | null, folder: string): Promise<void> {
  if (process && process.host === machine.host && process.bootId === machine.bootId && machine.bootId !== '' && processOf(process.group)?.startTicks === process.startTicks) await endGroup(process.group, 0);
  await endWithHome(homeOf(folder));
}
