/** A run in an embedded database, and the row that its server writes: what stores and settles what a recorder gives. */
import { randomUUID } from 'node:crypto';
import { openCipher } from '../server/db/cipher.ts';
import { openDatabase } from '../server/db/client.ts';
import { runEvents } from '../server/run/events.ts';
import { RunRow } from '../server/run/row/row.ts';
import { findRun, insertRun } from '../server/run/store.ts';
import { parsePlan, type TestPlan } from '../server/script/plan.ts';
import { type ResolvedPlan, resolvePlan } from '../server/script/resolve.ts';
import { embeddedIn } from '../tests/helpers/embedded.ts';
import { emptyScript } from '../tests/helpers/stored-run.ts';

const OWNER = 'bench';
const ORGANIZATION = 'bench';

export interface BenchRun {
  readonly plan: ResolvedPlan;
  readonly row: RunRow;
  /** As it stands in the table. */
  stored(): ReturnType<typeof findRun>;
  close(): Promise<void>;
}

/** 50 users, and objectives as users have them: none of them is broken by the lines of these benches. */
export function benchPlan(durationMs: number): { plan: TestPlan; resolved: ResolvedPlan } {
  const { plan, problems } = parsePlan({
    target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' },
    load: { closed: { stages: [{ durationMs: 0, users: 50 }, { durationMs, users: 50 }] } },
    objectives: [
      { metric: 'latency', statistic: 'p95', comparison: '<', value: 500, abortAfterMs: 10_000 },
      { metric: 'latency', statistic: 'p99', comparison: '<', value: 1000 },
      { metric: 'error_ratio', comparison: '<', value: 0.05 },
    ],
  });
  if (!plan) throw new Error(`the plan of this bench is not valid: ${JSON.stringify(problems)}`);
  return { plan, resolved: resolvePlan(plan) };
}

/** @param folder that does not exist yet */
export async function benchRun(folder: string, durationMs: number): Promise<BenchRun> {
  const { plan, resolved } = benchPlan(durationMs);
  const database = await openDatabase(await embeddedIn(folder));
  const { db } = database;
  const cipher = openCipher([Buffer.alloc(32, 7)]);
  const run = await insertRun(
    db, cipher, OWNER,
    {
      id: randomUUID(), organizationId: ORGANIZATION, loadTestId: null, workflowId: null, framework: 'locust', frameworkVersion: null, place: 'local',
      workflowHash: 'a'.repeat(64), plan, planHash: resolved.hash, plannedDurationMs: resolved.durationMs, startedBy: 'bench',
    },
    emptyScript,
  );
  const log = { info() {}, warn() {}, error: (fields: object, message: string) => console.error(message, fields) };
  const row = new RunRow(run, { db, owner: OWNER, events: runEvents(), log, lost: new AbortController().signal });
  await row.change(() => ({ state: { to: 'starting', cause: 'turn_came' } }));
  await row.change(() => ({ state: { to: 'running', cause: 'first_line' }, startedAt: new Date() }));
  return { plan: resolved, row, stored: () => findRun(db, cipher, ORGANIZATION, run.id), close: () => database.close() };
}
