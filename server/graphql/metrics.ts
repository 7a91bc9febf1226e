/** Points, summaries and the live tail of a run. */
import type { Point } from '../metrics/point.ts';
import type { FailureClass as Failures, Latency as LatencyNumbers, RequestSummary as Requests, Summary as Totals } from '../metrics/summary.ts';
import type { MetricsUpdate as Update } from '../run/feed-intervals.ts';
import type { ObjectiveResult as Objective } from '../verdict/assess.ts';
import { builder } from './builder.ts';

export const Verdict = builder.enumType('Verdict', { values: { PASSED: { value: 'passed' }, FAILED: { value: 'failed' }, NOT_EVALUATED: { value: 'not_evaluated' } } as const });

const FailureClass = builder.objectRef<Failures>('FailureClass').implement({
  fields: (t) => ({ class: t.exposeString('class'), count: t.exposeInt('count'), example: t.exposeString('example', { nullable: true }) }),
});

const Latency = builder.objectRef<LatencyNumbers>('Latency').implement({
  description: 'Of successes, plus censored ones (timed out, in flight at the end), which rank above all; atLeast names the fields that fall into them.',
  fields: (t) => ({
    count: t.exposeInt('count'),
    censored: t.exposeInt('censored'),
    atLeast: t.stringList({ resolve: ({ atLeast }) => [...atLeast] }),
    minMs: t.exposeFloat('minMs'),
    meanMs: t.exposeFloat('meanMs'),
    p50Ms: t.exposeFloat('p50Ms'),
    p90Ms: t.exposeFloat('p90Ms'),
    p95Ms: t.exposeFloat('p95Ms'),
    p99Ms: t.exposeFloat('p99Ms'),
    p999Ms: t.exposeFloat('p999Ms'),
    maxMs: t.exposeFloat('maxMs'),
  }),
});

export const Summary = builder.objectRef<Totals>('Summary').implement({
  fields: (t) => ({
    executions: t.exposeInt('executions'),
    failedExecutions: t.exposeInt('failedExecutions'),
    errorRatio: t.exposeFloat('errorRatio', { nullable: true, description: 'Of executions, 0..1.' }),
    throughputPerSecond: t.exposeFloat('throughputPerSecond', { description: 'Successful executions per second.' }),
    requests: t.exposeInt('requests', { description: 'Finished requests: as many as the target answered, or failed to.' }),
    failedRequests: t.exposeInt('failedRequests'),
    requestRatePerSecond: t.exposeFloat('requestRatePerSecond'),
    durationMs: t.exposeInt('durationMs'),
    iterationsStarted: t.exposeInt('iterationsStarted'),
    iterationsDropped: t.exposeInt('iterationsDropped'),
    iterationsInterrupted: t.exposeInt('iterationsInterrupted'),
    inFlightAtEnd: t.exposeInt('inFlightAtEnd', { nullable: true }),
    newConnections: t.exposeInt('newConnections', { nullable: true }),
    linesUnreadable: t.exposeInt('linesUnreadable'),
    checksPassed: t.exposeInt('checksPassed'),
    checksFailed: t.exposeInt('checksFailed'),
    linesLost: t.exposeInt('linesLost'),
    latency: t.expose('latency', { type: Latency, nullable: true, description: 'Of executions.' }),
  }),
});

export const RequestSummary = builder.objectRef<Requests>('RequestSummary').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    requests: t.exposeInt('requests'),
    failed: t.exposeInt('failed'),
    errorRatio: t.exposeFloat('errorRatio', { nullable: true }),
    latency: t.expose('latency', { type: Latency, nullable: true }),
    failures: t.field({ type: [FailureClass], resolve: ({ failures }) => [...failures] }),
  }),
});

export const ObjectiveResult = builder.objectRef<Objective>('ObjectiveResult').implement({
  fields: (t) => ({
    metric: t.exposeString('metric'),
    statistic: t.exposeString('statistic', { nullable: true }),
    comparison: t.exposeString('comparison', { nullable: true }),
    value: t.exposeFloat('value', { nullable: true }),
    maxChangeRatio: t.float({ nullable: true, resolve: ({ maxChangeRatio }) => maxChangeRatio ?? null }),
    requestName: t.exposeString('requestName', { nullable: true }),
    during: t.exposeString('during'),
    measured: t.exposeFloat('measured', { nullable: true }),
    baseline: t.float({ nullable: true, description: 'Of one that is held to the baseline: what that had measured; null: nothing is known.', resolve: ({ baseline }) => baseline ?? null }),
    baselineAtLeast: t.boolean({ description: 'The baseline is at least that: so many had no end in time.', resolve: ({ baselineAtLeast }) => baselineAtLeast ?? false }),
    verdict: t.expose('verdict', { type: Verdict }),
    margin: t.string({ nullable: true, description: 'clear, or narrow: chance alone may have decided it. null where it has no meaning.', resolve: ({ margin }) => margin ?? null }),
    samples: t.exposeInt('samples'),
    needed: t.exposeInt('needed', { nullable: true }),
    slower: t.exposeInt('slower', { nullable: true, description: 'How many were against it: slower than the limit, or failed.' }),
    allowed: t.exposeInt('allowed', { nullable: true }),
    reasonCode: t.exposeString('reasonCode', { nullable: true }),
    reason: t.exposeString('reason'),
  }),
});

export const PerformanceMetric = builder.objectRef<Point>('PerformanceMetric').implement({
  description: 'One second. requestName null: executions of the whole run.',
  fields: (t) => ({
    sequence: t.exposeInt('sequence'),
    at: t.expose('at', { type: 'DateTime' }),
    offsetMs: t.exposeInt('offsetMs'),
    seconds: t.exposeInt('seconds', { description: 'So many are in it: 1, or more with maxPoints; the last point may have fewer.' }),
    requestName: t.exposeString('requestName', { nullable: true }),
    executions: t.exposeInt('executions'),
    requests: t.exposeInt('requests'),
    failed: t.exposeInt('failed'),
    failures: t.field({ type: [FailureClass], resolve: ({ failures }) => [...failures] }),
    throughputPerSecond: t.exposeFloat('throughputPerSecond'),
    users: t.exposeInt('users', { nullable: true }),
    inFlight: t.exposeInt('inFlight', { nullable: true }),
    dropped: t.exposeInt('dropped', { nullable: true }),
    latenessMs: t.exposeFloat('latenessMs', { nullable: true }),
    cpuRatio: t.exposeFloat('cpuRatio', { nullable: true }),
    plannedUsers: t.exposeFloat('plannedUsers', { nullable: true }),
    plannedRatePerSecond: t.exposeFloat('plannedRatePerSecond', { nullable: true }),
    latency: t.expose('latency', { type: Latency, nullable: true }),
    histogram: t.exposeString('histogram', { nullable: true, description: 'HdrHistogram V2, base64, microseconds: merge these, never average percentiles.' }),
  }),
});

export const MetricsUpdate = builder.objectRef<Update>('MetricsUpdate').implement({
  fields: (t) => ({
    sequence: t.exposeInt('sequence'),
    snapshot: t.exposeBoolean('snapshot', { description: 'Replace all you have.' }),
    metrics: t.field({ type: [PerformanceMetric], description: 'A point with an offset that you have replaces yours.', resolve: ({ metrics }) => [...metrics] }),
    summary: t.expose('summary', { type: Summary, nullable: true }),
    objectives: t.field({ type: [ObjectiveResult], resolve: ({ objectives }) => [...objectives] }),
    commonCause: t.exposeString('commonCause', { nullable: true, description: 'While the run goes on: why everything failed so far, in a sentence, when it all failed alike. Of a run that is over `verdictReasons` says it.' }),
  }),
});

