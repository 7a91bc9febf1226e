import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Context } from '../../server/context.ts';
import { loadTestRun } from '../../server/db/tables.ts';
import { Refusal } from '../../server/refusal.ts';
import { rejudge } from '../../server/run/rejudge.ts';
import type { Run } from '../../server/run/run.ts';
import type { EndNews } from '../../server/run/news.ts';
import type { TestPlan } from '../../server/script/plan.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { noNumbersIn } from '../helpers/generated-runs.ts';
import { folded, over } from '../helpers/old-run.ts';
import { type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';

const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 100 } as const;
const load = { preset: { key: 'constant', users: 2, durationMs: 20_000 } };
const open = { preset: { key: 'constant', ratePerSecond: 20, durationMs: 20_000 } };
const plan = (more: object = {}) => testPlan({ load, objectives: [p95, { metric: 'throughput', comparison: '>=', value: 9.9 }], ...more });
const news = (more: Partial<EndNews> = {}): EndNews => ({ iterationsStarted: 200, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0, durationMs: 20_000.4, latenessP99Ms: 1, requestsFolded: 0, ...more });

interface Ended {
  readonly plan?: TestPlan;
  /** Of the 200 executions, from the last on. */
  readonly slow?: number;
  readonly lagMs?: number;
  readonly news?: EndNews | null;
  readonly ending?: Parameters<StoredRun['settle']>[0];
  readonly expected: Partial<Record<'state' | 'verdict', string>> & { readonly codes: readonly string[] };
}

const ENDS: Readonly<Record<string, Ended>> = {
  'that passed': { expected: { state: 'finished', verdict: 'passed', codes: [] } },
  'that failed': { slow: 20, expected: { state: 'finished', verdict: 'failed', codes: ['slower_than_allowed'] } },
  'whose strict objective was narrow': { plan: plan({ objectives: [{ ...p95, strict: true }] }), slow: 6, expected: { verdict: 'not_evaluated', codes: ['narrow'] } },
  'that an objective stopped': {
    plan: plan({ objectives: [{ ...p95, abortAfterMs: 5000 }] }), slow: 5, news: news({ durationMs: 12_345.678 }),
    ending: { cause: 'objective_broken', message: 'The load was ended: p95 < 100 ms.', objective: 0 }, expected: { state: 'aborted', verdict: 'failed', codes: ['broken_in_window', 'cut_short'] },
  },
  'that was stopped': { news: news({ durationMs: 12_345.678, iterationsInterrupted: 2 }), ending: { cause: 'stop_asked', message: 'Stopped by ada.' }, expected: { state: 'aborted', verdict: 'not_evaluated', codes: ['cut_short'] } },
  'that crashed': { news: news({ iterationsStarted: null, inFlightAtEnd: null, linesUnreadable: 1, durationMs: 7001.2 }), ending: { cause: 'tool_broke', message: 'Locust ended with exit code 1.', exitCode: 1 }, expected: { state: 'crashed', codes: ['cut_short'] } },
  'that lost its server': { news: null, ending: { cause: 'owner_lost', message: 'The server ended.', exitCode: null }, expected: { state: 'crashed', verdict: 'not_evaluated', codes: ['cut_short'] } },
  'that missed its load': { plan: plan({ load: open }), expected: { state: 'finished', verdict: 'not_evaluated', codes: ['load_missed'] } },
  'whose target could not hold the load': { plan: plan({ load: open, objectives: [p95] }), news: news({ iterationsDropped: 200 }), expected: { state: 'finished', verdict: 'failed', codes: ['target_could_not_hold_load'] } },
  'whose generator was late': { news: news({ latenessP99Ms: 50 }), expected: { state: 'finished', verdict: 'not_evaluated', codes: ['generator_unhealthy'] } },
  'with requests that had no end': { plan: plan({ objectives: [p95, { ...p95, requestName: 'execute' }] }), slow: 5, news: news({ iterationsInterrupted: 12, inFlightAtEnd: 9 }), expected: { verdict: 'failed', codes: ['slower_than_allowed'] } },
  'whose lines were lost': { news: news({ linesLost: 3 }), expected: { verdict: 'not_evaluated', codes: ['lines_lost'] } },
  'without a request': { plan: plan({ objectives: [p95, { metric: 'throughput', comparison: '>', value: 1 }] }), slow: -1, news: news({ iterationsStarted: 0 }), expected: { verdict: 'not_evaluated', codes: ['no_samples'] } },
  'that was held to a baseline which nobody had pinned': { plan: plan({ objectives: [{ metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1 }] }), expected: { verdict: 'not_evaluated', codes: ['no_baseline'] } },
};

const only = <T>(value: T | undefined | null): T => {
  if (value == null) throw new Error('it is there');
  return value;
};
const refused = async (answer: Promise<unknown>): Promise<Refusal> => {
  const error = await answer.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof Refusal)) throw new Error(`not refused: ${String(error)}`);
  return error;
};

onEachDatabase('a stored run that is judged again', (database) => {
  /** 10 executions each second for 20 s, of which the last `slow` took 300 ms; -1: none at all. */
  async function ended({ plan: given = plan(), slow = 0, news: told = news(), ending = {} }: Partial<Ended> = {}): Promise<{ stored: StoredRun; run: Run }> {
    const stored = await storedRun(database, given);
    for (let i = 0; i < 200 && slow !== -1; i++) stored.add(i * 100 + 50, { durationMs: i >= 200 - slow ? 300 : 20 });
    await stored.close(20);
    return { stored, run: await stored.settle(ending, told) };
  }

  test.each(Object.entries(ENDS))('one %s: with its own objectives it has its own verdict', async (_name, end) => {
    const { stored, run } = await ended(end);
    const { state, verdict, codes } = end.expected;
    expect({ state: run.state, verdict: run.verdict, codes: run.result?.verdictReasonCodes }).toEqual({ state: state ?? run.state, verdict: verdict ?? run.verdict, codes });
    const result = only(run.result);
    const own = await rejudge(stored.ctx, { runId: run.id, objectives: run.plan.objectives ?? [], warmUpMs: null });
    expect(own).toEqual({ verdict: run.verdict, verdictReasons: result.verdictReasons, objectives: result.objectives, exact: true });
    const named = result.objectives.map(({ metric, statistic, comparison, value, requestName, during, maxChangeRatio = null, strict = null }) => ({ metric, statistic, comparison, value, requestName, during, maxChangeRatio, strict }));
    expect(await rejudge(stored.ctx, { runId: run.id, objectives: named, warmUpMs: run.plan.warmUpMs ?? null })).toEqual(own);
    expect(noNumbersIn(result)).toEqual([]);
    expect(await stored.run()).toEqual(run);
    await over(database.db, run.id, 91);
    expect(await folded(stored)).toEqual([]);
    expect(await rejudge(stored.ctx, { runId: run.id, objectives: run.plan.objectives ?? [], warmUpMs: null })).toEqual(own);
  });

  test.each(Object.entries(ENDS))('one %s, of a version that kept no grounds: the same', async (_name, end) => {
    const { stored, run } = await ended(end);
    const { grounds: _, ...before } = only(run.result);
    await database.db.update(loadTestRun).set({ result: before }).where(eq(loadTestRun.id, run.id));
    // It kept the end of a run to the millisecond.
    const objectives = before.objectives.map(({ measured, ...objective }) => ({ ...objective, measured: measured === null ? null : expect.closeTo(measured, 1) }));
    expect(await rejudge(stored.ctx, { runId: run.id, objectives: run.plan.objectives ?? [], warmUpMs: null })).toEqual({ verdict: run.verdict, verdictReasons: before.verdictReasons, objectives, exact: true });
  });

  test('with another limit it is another verdict, and not exact', async () => {
    const { stored, run } = await ended({ slow: 20 });
    const judged = await rejudge(stored.ctx, { runId: run.id, objectives: [{ ...p95, value: 400 }], warmUpMs: null });
    expect(judged).toMatchObject({ verdict: 'passed', exact: false, objectives: [{ value: 400, slower: 0, samples: 170 }, { added: true }] });
    expect(await rejudge(stored.ctx, { runId: run.id, objectives: [{ ...p95, value: 400 }], warmUpMs: 18_000 })).toMatchObject({ verdict: 'not_evaluated', exact: false, objectives: [{ samples: 20, reasonCode: 'too_few_samples' }, {}] });
  });

  test('what cannot be judged is refused, with a path where it is one of the objectives', async () => {
    const { stored, run } = await ended();
    const ask = (objectives: readonly object[], more: object = {}, ctx: Pick<Context, 'db' | 'cipher' | 'viewer'> = stored.ctx) => refused(rejudge(ctx, { runId: run.id, objectives, warmUpMs: null, ...more }));
    expect(await ask([p95, { ...p95, value: 2e9 }])).toMatchObject({ code: 'invalid_plan', problems: [{ path: 'objectives[1].value', message: 'That limit is too large.' }] });
    expect(await ask([{ ...p95, requestName: 'poll' }])).toMatchObject({ code: 'invalid_plan', problems: [{ path: 'objectives[0].requestName', message: expect.stringMatching(/^This plan has no request of this name/) }] });
    expect(await ask([p95], { warmUpMs: -1 })).toMatchObject({ code: 'invalid_plan', problems: [{ path: 'warmUpMs' }] });
    expect(await ask([p95, { metric: 'latency', statistic: 'p50', maxChangeRatio: 0.1 }])).toMatchObject({ code: 'no_baseline', message: expect.stringMatching(/^No baseline is pinned/), problems: [{ path: 'objectives[1].maxChangeRatio' }] });
    expect(await ask([p95], { runId: '00000000-0000-4000-8000-000000000000' })).toMatchObject({ code: 'not_found' });
    expect(await ask([p95], {}, { ...stored.ctx, viewer: { ...stored.ctx.viewer, organizationId: 'south' } })).toMatchObject({ code: 'not_found' });
  });

  test('what a start refuses of two definitions is refused of such a run, too', async () => {
    const throughput = { metric: 'throughput', comparison: '>=', value: 1 };
    const stored = await storedRun(database, plan({ objectives: [p95] }), undefined, { baselineWorkflowHash: 'b'.repeat(64) });
    for (let i = 0; i < 200; i++) stored.add(i * 100 + 50, { durationMs: 20 });
    await stored.close(20);
    const run = await stored.settle({}, news());
    expect(await refused(rejudge(stored.ctx, { runId: run.id, objectives: [p95, throughput], warmUpMs: null }))).toMatchObject({ code: 'invalid_plan', message: expect.stringMatching(/^Throughput cannot be judged here/), problems: [{ path: 'objectives[1].metric' }] });
    expect(await rejudge(stored.ctx, { runId: run.id, objectives: [p95], warmUpMs: null })).toMatchObject({ verdict: 'passed' });
  });

  test('one that is not over, or has no result, is refused', async () => {
    const running = await storedRun(database, plan());
    expect(await refused(rejudge(running.ctx, { runId: running.id, objectives: [], warmUpMs: null }))).toMatchObject({ code: 'not_settled', message: expect.stringContaining('it is running') });
    const { stored, run } = await ended();
    await database.db.update(loadTestRun).set({ result: null }).where(eq(loadTestRun.id, run.id));
    expect(await refused(rejudge(stored.ctx, { runId: run.id, objectives: [], warmUpMs: null }))).toMatchObject({ code: 'not_settled', message: 'This run ended without a result, so there is nothing to judge.' });
  });
});
