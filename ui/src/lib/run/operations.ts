import { graphql } from '../graphql/graphql.ts';
import { FleetOfRun } from '../place/operations.ts';

/** A run in a list. */
export const RunBrief = graphql(`
  fragment RunBrief on LoadTestRun @_unmask {
    id
    number
    state
    moves { to at }
    ending { cause message }
    verdict
    verdictReasons
    framework
    frameworkVersion
    startedAt
    finishedAt
    plannedDurationMs
    repeat { number of }
    baselineHash
    place
    cloud { region image shards }
    loadTest { id name }
    summary { executions errorRatio throughputPerSecond latency { count p95Ms atLeast } }
    steady { executions errorRatio throughputPerSecond latency { count p95Ms atLeast } }
    objectives { verdict reason reasonCode }
  }
`);

/** What never changes, and the state as it is now. */
export const RunHead = graphql(
  `
  query RunHead($id: ID!) {
    loadTestRun(id: $id) {
      id
      number
      state
      moves { from to at cause }
      ending { cause message exitCode }
      framework
      frameworkVersion
      ...FleetOfRun
      workflowId
      plan
      plannedDurationMs
      startedAt
      startedBy
      logUrl
      notes { text by at }
      repeat { number of runs { id number state verdict steady { executions } } }
      loadTest { id name framework plan workflow { id name hash } baseline { id pinnedBy pinnedAt reason run { id number startedAt workflowHash moves { at } repeat { runs { id state steady { executions } } } } } }
    }
    limits { concurrentRuns concurrentRunsPerOrganization stopGraceMs }
  }
`,
  [FleetOfRun],
);

/** Of a run that is one of several: what became of the others. */
export const RunGroup = graphql(`
  query RunGroup($id: ID!) {
    loadTestRun(id: $id) { __typename id repeat { number of runs { id number state verdict steady { executions } } } }
  }
`);

export const Runs = graphql(
  `
  query Runs($workflowId: ID, $loadTestId: ID, $first: Int, $after: String) {
    loadTestRuns(workflowId: $workflowId, loadTestId: $loadTestId, first: $first, after: $after) {
      __typename
      edges { node { ...RunBrief notes { text by at } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`,
  [RunBrief],
);

export const StartRun = graphql(`
  mutation StartRun($input: StartRunInput!) {
    startRun(input: $input) {
      __typename
      ... on LoadTestRun { id state }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

/** What somebody writes beside a run. */
export const AnnotateRun = graphql(`
  mutation AnnotateRun($runId: ID!, $text: String!) {
    annotateRun(runId: $runId, text: $text) {
      __typename
      ... on LoadTestRun { id }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

export const DeleteRun = graphql(`
  mutation DeleteRun($runId: ID!) {
    deleteRun(runId: $runId) {
      __typename
      ... on Deleted { id }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

export const StopRun = graphql(`
  mutation StopRun($runId: ID!) {
    stopRun(runId: $runId) {
      __typename
      ... on LoadTestRun { id state }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

export const WatchState = graphql(`
  subscription WatchState($runId: ID!) {
    runState(runId: $runId) { id state startedAt moves { from to at cause } ending { cause message exitCode } }
  }
`);

/** All of it up to now, then each second. */
export const WatchLog = graphql(`
  subscription WatchLog($runId: ID!, $afterLine: Int) {
    runLog(runId: $runId, afterLine: $afterLine) { nextLine lines }
  }
`);

/** Links that are valid for minutes. */
export const ReportLinks = graphql(`
  query ReportLinks($id: ID!) {
    loadTestRun(id: $id) { __typename id reports { format url } }
  }
`);

/** Valid for minutes. */
export const LogUrl = graphql(`
  query LogUrl($id: ID!) {
    loadTestRun(id: $id) { __typename id logUrl }
  }
`);

export const RunsAhead = graphql(`
  query RunsAhead {
    loadTestRuns(first: 50) {
      __typename
      edges { node { id state startedAt moves { at } loadTest { id name } } }
    }
  }
`);

export const WatchMetrics = graphql(`
  subscription WatchMetrics($runId: ID!, $afterSequence: Int) {
    runMetrics(runId: $runId, afterSequence: $afterSequence) {
      sequence
      snapshot
      metrics {
        offsetMs seconds requestName executions failed throughputPerSecond users inFlight dropped latenessMs cpuRatio plannedUsers plannedRatePerSecond
        failures { class count }
        latency { p50Ms p95Ms p99Ms }
      }
      summary {
        executions failedExecutions errorRatio throughputPerSecond requests failedRequests checksPassed checksFailed durationMs iterationsDropped
        latency { count censored atLeast p50Ms p95Ms p99Ms maxMs }
      }
      objectives { metric statistic comparison value maxChangeRatio requestName during measured verdict samples needed slower allowed reasonCode reason }
      commonCause
    }
  }
`);
