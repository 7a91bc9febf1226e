/** A run in a database whose samples a test gives: what a recorder stores, without a tool. */
import { randomUUID } from 'node:crypto';
import type { Context } from '../../server/context.ts';
import { openCipher } from '../../server/db/cipher.ts';
import type { Database } from '../../server/db/client.ts';
import { Collector } from '../../server/metrics/collector.ts';
import { runEvents } from '../../server/run/events.ts';
import { Feeds } from '../../server/run/feed.ts';
import { changeRun, saveBatch } from '../../server/run/row/store.ts';
import type { Ending, Run } from '../../server/run/run.ts';
import { settle } from '../../server/run/settle.ts';
import { findRun, insertRun, type NewRun } from '../../server/run/store.ts';
import type { SampleExtra, SampleLine } from '../../server/samples/sample.ts';
import type { Script } from '../../server/script/generate.ts';
import { scriptObjective } from '../../server/script/objective.ts';
import { parsePlan, type TestPlan } from '../../server/script/plan.ts';
import { type ResolvedPlan, resolvePlan } from '../../server/script/resolve.ts';

export const OWNER = 'owner-of-the-test';
export const STARTED_AT = new Date('2026-03-01T10:00:00.000Z');

export const testPlan = (more: object = {}): TestPlan => {
  const { plan, problems } = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'constant', users: 2, durationMs: 10_000 } }, ...more });
  if (!plan) throw new Error(JSON.stringify(problems));
  return plan;
};

export const emptyScript: Script = { framework: 'locust', files: [], entryFile: 'loadtest.py', command: 'locust', hash: 'c'.repeat(64), variables: [], secrets: [], warnings: [], effects: { hash: '', items: [] } };

const EXECUTION: SampleExtra = { exec: true };

export interface StoredRun {
  /** Only what reading a run takes. */
  readonly ctx: Context;
  readonly plan: ResolvedPlan;
  readonly id: string;
  /** Of the run now. */
  run(): Promise<Run>;
  /** One request that is an execution; it is stored with the next `close`. */
  add(endsMs: number, more?: { durationMs?: number; outcome?: Extract<SampleLine, { kind: 'request' }>['outcome']; extra?: SampleExtra }): void;
  line(line: SampleLine): void;
  /** Closes all seconds before this one, stores them and says so. */
  close(untilSecond: number): Promise<void>;
  settle(ending?: Partial<Ending>, news?: Parameters<typeof settle>[4]): Promise<Run>;
}

export async function storedRun({ db }: Pick<Database, 'db'>, plan: TestPlan = testPlan(), script: Script = emptyScript, more: Partial<NewRun> = {}): Promise<StoredRun> {
  const events = runEvents();
  const cipher = openCipher([Buffer.alloc(32, 7)]);
  const resolved = resolvePlan(plan);
  const new_ = {
    id: randomUUID(), organizationId: 'north', loadTestId: null, workflowId: null, framework: 'locust', frameworkVersion: null, place: 'local',
    workflowHash: 'a'.repeat(64), plan, planHash: resolved.hash, plannedDurationMs: resolved.durationMs, startedBy: 'ada', ...more,
  };
  let run = await insertRun(db, cipher, OWNER, new_, script);
  run = await changeRun(db, run, OWNER, { state: { to: 'starting', cause: 'turn_came' } });
  run = await changeRun(db, run, OWNER, { state: { to: 'running', cause: 'first_line' }, startedAt: STARTED_AT });
  const collector = new Collector({ steady: resolved.steady, warmUpMs: resolved.warmUpMs, objectives: resolved.objectives.map(scriptObjective) });
  return {
    ctx: { db, cipher, runner: { events, soFar: () => null }, feeds: new Feeds(events), viewer: { id: 'ada', name: 'ada', organizationId: 'north', permissions: [] } } as unknown as Context,
    plan: resolved,
    id: run.id,
    async run() {
      const found = await findRun(db, cipher, 'north', run.id);
      if (!found) throw new Error('the run is gone');
      return found;
    },
    add(endsMs, { durationMs = 10, outcome = 'ok', extra = EXECUTION } = {}) {
      collector.add({ kind: 'request', startMicros: Math.round((endsMs - durationMs) * 1000), name: 'execute', durationMicros: Math.round(durationMs * 1000), outcome, status: 200, extra });
    },
    line: (line) => collector.add(line),
    async close(untilSecond) {
      const batch = collector.close(untilSecond);
      if (batch) await saveBatch(db, run, OWNER, STARTED_AT, batch);
      events.changed(run.id);
    },
    async settle(ending = {}, news = null) {
      const settled = await settle(db, run, OWNER, { cause: 'planned_end', message: 'The plan ran to its end.', exitCode: 0, ...ending }, news);
      events.changed(run.id);
      return settled;
    },
  };
}
