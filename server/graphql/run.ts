/** Runs: started, watched, stopped, read. */
import { type Report as RunReport, reportsOf } from '../report/reports.ts';
import { capacityOfRun } from '../run/capacity.ts';
import { definitionOf } from '../run/definition.ts';
import { judgedOf } from '../run/judged.ts';
import { runMetrics, runState } from '../run/live.ts';
import { logUrl } from '../run/log/url.ts';
import { runPoints } from '../run/points.ts';
import type { Ending as RunEnding, GeneratorHealth as Health, Run } from '../run/run.ts';
import { removeRun } from '../run/remove.ts';
import { startRun } from '../run/start.ts';
import { type Move as RunMove, RUN_STATES } from '../run/state.ts';
import { stopRun } from '../run/stop.ts';
import { findRun, groupIds, groupRuns, listRuns, runBefore, scriptOf } from '../run/store.ts';
import { findLoadTest } from '../script/store.ts';
import type { Capacity as Holds } from '../verdict/capacity.ts';
import { builder } from './builder.ts';
import { CloudInput, CostEstimate, RunCloud, Shard } from './cloud.ts';
import { page } from './connection.ts';
import { idOrNull, isUuid, localId } from './ids.ts';
import { Deleted, DELETE_RESULT, LoadTest } from './load-test.ts';
import { MetricsUpdate, ObjectiveResult, PerformanceMetric, RequestSummary, Summary, Verdict } from './metrics.ts';
import { PlanInput } from './plan.ts';
import { Script } from './script.ts';
import { SAME_FOR_ALL } from './shared.ts';
import { abortable, runOrError } from './subscription.ts';
import { WorkflowInput } from './workflow.ts';

const RunState = builder.enumType('RunState', { values: Object.fromEntries(RUN_STATES.map((state) => [state.toUpperCase(), { value: state }])) });

const Move = builder.objectRef<RunMove>('Move').implement({
  fields: (t) => ({
    from: t.field({ type: RunState, nullable: true, resolve: ({ from }) => from }),
    to: t.field({ type: RunState, resolve: ({ to }) => to }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => new Date(at) }),
    cause: t.exposeString('cause'),
  }),
});

const Ending = builder.objectRef<RunEnding>('Ending').implement({
  fields: (t) => ({ cause: t.exposeString('cause'), message: t.exposeString('message'), exitCode: t.exposeInt('exitCode', { nullable: true }) }),
});

const GeneratorHealth = builder.objectRef<Health>('GeneratorHealth').implement({
  fields: (t) => ({
    cpuRatio: t.exposeFloat('cpuRatio', { nullable: true, description: 'Of the process group over the steady part; 1 = one core fully used.' }),
    memoryBytes: t.exposeFloat('memoryBytes', { nullable: true }),
    achievedRatio: t.exposeFloat('achievedRatio', { nullable: true }),
    latenessP99Ms: t.exposeFloat('latenessP99Ms', { nullable: true }),
    floorP50Ms: t.float({ nullable: true, description: 'What an echo on the same machine took, just before a run of 30 s or more.', resolve: ({ floorP50Ms }) => floorP50Ms ?? null }),
    floorP99Ms: t.float({ nullable: true, resolve: ({ floorP99Ms }) => floorP99Ms ?? null }),
    sameMachineAsTarget: t.exposeBoolean('sameMachineAsTarget', { nullable: true }),
    isolation: t.exposeString('isolation'),
    saturated: t.exposeBoolean('saturated', { description: 'It did not keep up, so nothing that it measured is judged.' }),
    reasons: t.stringList({ resolve: ({ reasons }) => [...reasons] }),
  }),
});

const Capacity = builder.objectRef<Holds>('Capacity').implement({
  description: 'The highest step at which every objective held, and what broke next.',
  fields: (t) => ({
    ratePerSecond: t.exposeFloat('ratePerSecond', { nullable: true, description: 'Open plan: iterations per second of the step. Closed plan: executions that succeeded per second. null: no step held.' }),
    users: t.exposeInt('users', { nullable: true, description: 'Of a closed plan.' }),
    limitedBy: t.exposeString('limitedBy', { description: 'objective | plateau | generator | nothing' }),
    reason: t.exposeString('reason'),
  }),
});

const Report = builder.objectRef<RunReport>('Report').implement({
  fields: (t) => ({
    format: t.exposeString('format', { description: 'html | junit | csv | json. There is no samples: lines of samples are not kept, only what they come to in each second.' }),
    url: t.exposeString('url', { description: 'Relative; valid for minutes.' }),
  }),
});

export const LoadTestRun = builder.objectRef<Run>('LoadTestRun');

const Repeat = builder.objectRef<{ readonly run: Run; readonly ids: readonly string[] }>('Repeat').implement({
  description: 'The place of a run among those that were asked for at once.',
  fields: (t) => ({
    number: t.int({ description: 'In the order in which they run, from 1.', resolve: ({ run, ids }) => ids.indexOf(run.id) + 1 }),
    of: t.int({ resolve: ({ ids }) => ids.length }),
    runs: t.field({ type: [LoadTestRun], description: 'All of them, in their order.', resolve: ({ run }, _args, { db, cipher }) => groupRuns(db, cipher, run) }),
  }),
});

builder.node(LoadTestRun, {
  id: { resolve: ({ id }) => id },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'moves' in value,
  loadWithoutCache: (id, { db, cipher, viewer }) => (isUuid(id) ? findRun(db, cipher, viewer.organizationId, id) : null),
  fields: (t) => ({
    state: t.field({ type: RunState, resolve: ({ state }) => state }),
    moves: t.field({ type: [Move], resolve: ({ moves }) => [...moves] }),
    ending: t.expose('ending', { type: Ending, nullable: true }),
    verdict: t.expose('verdict', { type: Verdict, nullable: true }),
    verdictReasons: t.stringList({ resolve: (run) => [...judgedOf(run).reasons] }),
    verdictReasonCodes: t.stringList({ description: 'Why it did not pass, in codes, worst first.', resolve: (run) => [...judgedOf(run).reasonCodes] }),
    framework: t.exposeString('framework'),
    frameworkVersion: t.exposeString('frameworkVersion', { nullable: true }),
    place: t.exposeString('place'),
    imported: t.boolean({ description: 'Its results were made elsewhere, and brought.', resolve: ({ imported }) => imported !== null }),
    loadTest: t.field({
      type: LoadTest,
      nullable: true,
      resolve: ({ loadTestId }, _args, { db, cipher, viewer }) => (loadTestId === null ? null : findLoadTest(db, cipher, viewer.organizationId, loadTestId)),
    }),
    number: t.exposeInt('number', { nullable: true, description: 'Of the runs of its load test, from 1, in the order in which they came: it keeps it, and no other gets it. null: it has no load test.' }),
    workflowId: t.exposeID('workflowId', { nullable: true }),
    workflowHash: t.exposeString('workflowHash'),
    baselineHash: t.string({
      nullable: true,
      description: 'Of the definition that its iterations alternated with, the requests named baseline; the hash of the plan is then that of the plan with it.',
      resolve: ({ baselineWorkflowHash }) => baselineWorkflowHash,
    }),
    planHash: t.exposeString('planHash'),
    startedBy: t.exposeString('startedBy'),
    repeatGroup: t.exposeID('repeatGroup', { nullable: true, description: 'The same for all runs that were asked for at once.' }),
    repeat: t.field({
      type: Repeat,
      nullable: true,
      description: 'null: it was asked for alone.',
      async resolve(run, _args, { db }) {
        const ids = await groupIds(db, run);
        return ids.length === 0 ? null : { run, ids };
      },
    }),
    plan: t.expose('plan', { type: 'JSON' }),
    plannedDurationMs: t.exposeInt('plannedDurationMs'),
    script: t.field({
      type: Script,
      nullable: true,
      async resolve(run, _args, { db, cipher, viewer }) {
        const script = await scriptOf(db, cipher, viewer.organizationId, run.id);
        return script && { ...script, of: run };
      },
    }),
    previous: t.field({ type: LoadTestRun, nullable: true, description: 'The run of the same load test before this one; null: it is the first, or has no load test.', resolve: (run, _args, { db, cipher }) => runBefore(db, cipher, run) }),
    definition: t.string({
      nullable: true,
      complexity: 20,
      description: 'What it ran, to the last byte; null: secrets were cut out of it, or its target was not sent it.',
      resolve: (run, _args, ctx) => definitionOf(ctx, run),
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    foldedAt: t.expose('foldedAt', { type: 'DateTime', nullable: true, description: 'Since then its latencies are kept ten seconds at a time: its points are of ten seconds.' }),
    summary: t.field({ type: Summary, nullable: true, resolve: ({ result }) => result?.summary ?? null }),
    steady: t.field({ type: Summary, nullable: true, description: 'Without warm-up and ramps: what is judged.', resolve: ({ result }) => result?.steady ?? null }),
    objectives: t.field({ type: [ObjectiveResult], resolve: (run) => [...judgedOf(run).objectives] }),
    capacity: t.field({
      type: Capacity,
      nullable: true,
      // All rows of the run: so much that it is in no list of runs.
      complexity: 1000,
      description: 'Of a breakpoint run that is over: how much the target holds. One run at a time: in lists it is refused.',
      resolve: (run, _args, ctx) => capacityOfRun(ctx, run),
    }),
    requests: t.field({ type: [RequestSummary], resolve: ({ result }) => [...(result?.requests ?? [])] }),
    metrics: t.field({
      type: [PerformanceMetric],
      args: { requestName: t.arg.string(), maxPoints: t.arg.int({ description: 'Merges neighbours, never samples.' }) },
      resolve: (run, { requestName, maxPoints }, ctx) => runPoints(ctx, run, requestName ?? null, maxPoints ?? null),
    }),
    generator: t.field({ type: GeneratorHealth, nullable: true, resolve: ({ result }) => result?.generator ?? null }),
    cloud: t.field({ type: RunCloud, nullable: true, description: 'null: it was made by one process of a server.', resolve: ({ fleet }) => fleet }),
    shards: t.field({ type: [Shard], description: 'Of a run in a cloud, as they were heard of last; empty: it was made by one process.', resolve: ({ fleet }) => [...(fleet?.shards ?? [])] }),
    cost: t.field({ type: CostEstimate, nullable: true, description: 'Of a run in a cloud, an estimate: of what it took, once it is over.', resolve: ({ fleet }) => fleet && { ...(fleet.spent ?? fleet.cost), shards: fleet.shards.length } }),
    warnings: t.stringList({ resolve: ({ warnings }) => [...warnings] }),
    reports: t.field({ type: [Report], complexity: 5, description: 'Of a run that is over.', resolve: (run, _args, ctx) => reportsOf(ctx, run) }),
    logUrl: t.string({ nullable: true, description: 'What the tool printed, as a file; valid for minutes.', resolve: (run, _args, ctx) => logUrl(ctx, run) }),
  }),
});

export const LoadTestRunConnection = builder.connectionObject({ type: LoadTestRun, name: 'LoadTestRunConnection' }, { name: 'LoadTestRunEdge' });

export const EnvironmentValueInput = builder.inputType('EnvironmentValueInput', {
  description: 'For this run only: never stored, never logged.',
  fields: (t) => ({ name: t.string({ required: true }), value: t.string({ required: true }) }),
});

const StartRunInput = builder.inputType('StartRunInput', {
  description: 'A saved test, or framework, workflow and plan inline.',
  fields: (t) => ({
    loadTestId: t.id(),
    framework: t.string(),
    workflow: t.field({ type: WorkflowInput }),
    plan: t.field({ type: PlanInput }),
    compareWith: t.field({ type: WorkflowInput, description: 'Two definitions in one run: iterations alternate this one, the baseline, and `workflow`.' }),
    place: t.string({ description: '`local`, the default, or the key of a cloud.' }),
    cloud: t.field({ type: CloudInput }),
    environment: t.field({ type: [EnvironmentValueInput] }),
    acknowledgedEffects: t.string({ description: 'The hash of the list of effects.' }),
    repeat: t.int({ description: 'So many runs of it, one after the other, as one group; the first is given. Default 1, at most 10.' }),
  }),
});

builder.queryFields((t) => ({
  loadTestRuns: t.field({
    type: LoadTestRunConnection,
    description: 'Newest first.',
    args: { workflowId: t.arg.id(), loadTestId: t.arg.id(), framework: t.arg.string(), first: t.arg.int(), after: t.arg.string() },
    resolve: (_root, { workflowId, loadTestId, framework, ...args }, { db, cipher, viewer }) =>
      page(args, async (before, limit) => {
        const test = loadTestId ? idOrNull(loadTestId, 'LoadTest') : null;
        if (loadTestId && test === null) return [];
        return listRuns(db, cipher, viewer.organizationId, { workflowId: workflowId ?? null, loadTestId: test, framework: framework ?? null, before, limit });
      }),
  }),
  loadTestRun: t.field({
    type: LoadTestRun,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve(_root, { id }, { db, cipher, viewer }) {
      const local = idOrNull(id, 'LoadTestRun');
      return local === null ? null : findRun(db, cipher, viewer.organizationId, local);
    },
  }),
}));

builder.mutationFields((t) => ({
  startRun: t.field({
    type: LoadTestRun,
    args: { input: t.arg({ type: StartRunInput, required: true }) },
    errors: { union: { name: 'StartRunResult' } },
    resolve: (_root, { input }, ctx) => startRun(ctx, { ...input, loadTestId: input.loadTestId ? localId(input.loadTestId, 'LoadTest') : null }),
  }),
  stopRun: t.field({
    type: LoadTestRun,
    args: { runId: t.arg.id({ required: true }) },
    errors: { union: { name: 'StopRunResult' } },
    resolve: (_root, { runId }, ctx) => stopRun(ctx, localId(runId, 'LoadTestRun')),
  }),
  deleteRun: t.field({
    type: Deleted,
    description: 'Of a run that is over and not pinned: with its intervals and its log.',
    args: { runId: t.arg.id({ required: true }) },
    errors: DELETE_RESULT,
    async resolve(_root, { runId }, ctx) {
      await removeRun(ctx, localId(runId, 'LoadTestRun'));
      return { id: runId };
    },
  }),
}));

builder.subscriptionFields((t) => ({
  runMetrics: t.field({
    type: MetricsUpdate,
    description: 'Everything after `afterSequence` at once (null as 0), then each second; completes when the run is settled.',
    args: { runId: t.arg.id({ required: true }), afterSequence: t.arg.int() },
    extensions: SAME_FOR_ALL,
    subscribe: async (_root, { runId, afterSequence }, ctx) => {
      const run = await runOrError(ctx, runId);
      return abortable((signal) => runMetrics(ctx, run, afterSequence ?? 0, signal));
    },
    resolve: (update) => update,
  }),
  runState: t.field({
    type: LoadTestRun,
    description: 'The current state first; completes when settled.',
    args: { runId: t.arg.id({ required: true }) },
    subscribe: async (_root, { runId }, ctx) => {
      const run = await runOrError(ctx, runId);
      return abortable((signal) => runState(ctx, run, signal));
    },
    resolve: (run) => run,
  }),
}));
