/** A settled run of a saved test, of which only the figures are there: all that a trend is drawn of. */
import { randomUUID } from 'node:crypto';
import type { Cipher } from '../../server/db/cipher.ts';
import type { Db } from '../../server/db/client.ts';
import type { Figures } from '../../server/run/figures.ts';
import { changeRun } from '../../server/run/row/store.ts';
import type { EndingCause } from '../../server/run/state.ts';
import { insertRun, type NewRun } from '../../server/run/store.ts';
import type { LoadTest } from '../../server/script/store.ts';
import type { Verdict } from '../../server/verdict/judge.ts';
import { emptyScript, OWNER } from './stored-run.ts';

export interface FigureRun extends Partial<NewRun> {
  readonly startedAt: Date;
  /** p95 of executions, ms; null: nothing was measured. */
  readonly value: number | null;
  readonly comparedHash?: string;
  /** A request beside the execution, that takes twice as long. */
  readonly requestName?: string;
  readonly cause?: EndingCause;
  readonly usable?: false;
  readonly atLeast?: readonly ['p95Ms'];
  readonly verdict?: Verdict;
}

/** Returns its id. */
export async function figureRun(db: Db, cipher: Cipher, test: Pick<LoadTest, 'id' | 'organizationId' | 'plan' | 'workflowId'>, of: FigureRun): Promise<string> {
  const { startedAt, value, comparedHash = 'same', requestName, cause = 'planned_end', usable, atLeast, verdict = 'passed', ...more } = of;
  const id = randomUUID();
  const { organizationId, plan, workflowId } = test;
  let run = await insertRun(db, cipher, OWNER, { id, organizationId, loadTestId: test.id, workflowId, framework: 'locust', frameworkVersion: '2.47.0', place: 'local', workflowHash: 'a', plan, planHash: 'p', plannedDurationMs: 1, startedBy: 'ada', ...more }, emptyScript);
  run = await changeRun(db, run, OWNER, { state: { to: 'starting', cause: 'turn_came' } });
  run = await changeRun(db, run, OWNER, { state: { to: 'running', cause: 'first_line' }, startedAt });
  const latency = value === null ? {} : { p95Ms: value, ...(atLeast ? { atLeast } : {}) };
  const figures: Figures = { comparedHash, ...(usable === false ? { usable } : {}), executions: { ...latency, errorRatio: 0, throughputPerSecond: 10, checksRatio: null }, requests: requestName ? { [requestName]: { p95Ms: (value ?? 0) * 2, errorRatio: 0.5 } } : {} };
  await changeRun(db, run, OWNER, { state: { to: value === null ? 'aborted' : 'finished', cause }, settled: { ending: { cause, message: '', exitCode: 0 }, verdict, result: null, figures } });
  return id;
}
