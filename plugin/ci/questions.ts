/** What is asked of a run, here and of a server, and what is read of the answers; all of them goes into verdict.json. */

const LATENCY = 'latency { count censored atLeast minMs meanMs p50Ms p90Ms p95Ms p99Ms p999Ms maxMs }';
const SUMMARY = `{ executions failedExecutions errorRatio throughputPerSecond requests failedRequests requestRatePerSecond durationMs iterationsStarted iterationsDropped
  iterationsInterrupted inFlightAtEnd newConnections checksPassed checksFailed linesUnreadable linesLost ${LATENCY} }`;

const RUN = `{ id state verdict verdictReasons verdictReasonCodes ending { cause message exitCode } framework frameworkVersion place imported workflowHash baselineHash planHash
  plannedDurationMs startedAt finishedAt summary ${SUMMARY} steady ${SUMMARY}
  objectives { metric statistic comparison value maxChangeRatio requestName during measured baseline baselineAtLeast verdict margin samples needed slower allowed reasonCode reason }
  capacity { ratePerSecond users limitedBy reason }
  requests { name requests failed errorRatio ${LATENCY} failures { class count example } }
  generator { achievedRatio latenessP99Ms saturated reasons } warnings }`;

const REFUSAL = '... on Refusal { code message problems { path message } }';

/** Of a database that holds one run. */
export const ONLY_RUN = '{ loadTestRuns(first: 1) { edges { node { id } } } }';

/** What reads all of its rows is told of one run, and not in lists. */
export const ONE_RUN = `query ($id: ID!) { loadTestRun(id: $id) ${RUN} }`;

export const WHO = '{ viewer { permissions } }';

export const WHO_AND_TEST = 'query ($id: ID!) { viewer { permissions } loadTest(id: $id) { id } }';

export const IMPORT = `mutation ($input: ImportResultsInput!) { importResults(input: $input) { ... on LoadTestRun ${RUN} ${REFUSAL} } }`;

export const BASELINE = 'query ($id: ID!) { loadTest(id: $id) { name baseline { run { id startedAt } pinnedBy pinnedAt reason } } }';

export const COMPARISON = `query ($baseline: ID!, $run: ID!) { comparison(baselineRunIds: [$baseline], runIds: [$run]) { ... on Comparison {
  comparable differences changes steadyMs smallestVisibleChange
  metrics { metric statistic requestName primary baseline current changeRatio low high limit confidence outcome method calledFrom repeats reason } } ${REFUSAL} } }`;

export interface RefusalAnswer {
  readonly code: string;
  readonly message: string;
}

export interface ObjectiveAnswer {
  readonly verdict: string;
  readonly [field: string]: unknown;
}

export interface RunAnswer {
  readonly id: string;
  readonly verdict: string | null;
  readonly verdictReasons: readonly string[];
  readonly verdictReasonCodes: readonly string[];
  readonly objectives: readonly ObjectiveAnswer[];
  readonly capacity: { readonly reason: string } | null;
}

export interface MetricAnswer {
  readonly metric: 'latency' | 'throughput' | 'error_ratio';
  readonly statistic: string | null;
  readonly primary: boolean;
  readonly baseline: number | null;
  readonly current: number | null;
  readonly changeRatio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly confidence: number | null;
  readonly outcome: string;
  readonly method: string;
  readonly reason: string | null;
}

export interface ComparisonAnswer {
  readonly changes: readonly string[];
  readonly differences: readonly string[];
  readonly metrics: readonly MetricAnswer[];
}

export interface BaselineAnswer {
  readonly run: { readonly id: string; readonly startedAt: string | null };
  readonly pinnedBy: string;
  readonly pinnedAt: string;
  readonly reason: string | null;
}

export const isRefusal = (answer: object): answer is RefusalAnswer => 'code' in answer;
