/** Folds the intervals of old runs, a part at a time: a run stays with all that it came to, and is read as it was but for latencies, which are kept ten seconds at a time. */
import { setImmediate } from 'node:timers/promises';
import type { Log } from '../../../plugin/host.ts';
import type { Cipher } from '../../db/cipher.ts';
import type { Db } from '../../db/client.ts';
import { beginOf, foldTens } from '../../metrics/fold-tens.ts';
import { resolvePlan } from '../../script/resolve.ts';
import { type KeepIntervals, lastSecondOf, nextToFold, rowsBetween, storeFolded, type Unfolded } from './store.ts';

/** Of all names: their rows are in memory together, and whoever comes in between waits for one statement with them. */
const SECONDS_AT_ONCE = 60;

export interface FoldOptions {
  readonly db: Db;
  readonly cipher: Cipher;
  readonly keep: KeepIntervals;
  readonly log: Pick<Log, 'error'>;
}

/** Until nothing is left to fold, or it is stopped. Two servers may do it at once. */
export async function foldOld({ db, cipher, keep, log }: FoldOptions, stopped: AbortSignal): Promise<void> {
  const skipped: string[] = [];
  while (!stopped.aborted) {
    const next = await nextToFold(db, cipher, keep, skipped);
    if (!next) return;
    try {
      // Where another server was first, the next run is ours.
      if (!(await foldPart(db, next))) skipped.push(next.run.id);
    } catch (error) {
      log.error({ err: error, runId: next.run.id }, 'intervals of an old run could not be folded');
      skipped.push(next.run.id);
    }
    await setImmediate();
  }
}

async function foldPart(db: Db, { run, from }: Unfolded): Promise<boolean> {
  const { steady } = resolvePlan(run.plan);
  const last = await lastSecondOf(db, run);
  const until = beginOf(from + SECONDS_AT_ONCE, steady);
  const isLast = last === null || last.second < until;
  const [fromMs, untilMs] = [from, until].map((second) => (last?.zeroMs ?? 0) + second * 1000) as [number, number];
  const rows = last === null ? [] : foldTens(await rowsBetween(db, run, fromMs, untilMs), steady);
  return storeFolded(db, run, { from, until, fromMs, untilMs, rows, isLast });
}
