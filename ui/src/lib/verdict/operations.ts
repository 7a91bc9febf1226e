import { graphql } from '../graphql/graphql.ts';
import { FleetOfRun } from '../place/operations.ts';

/** Everything that a run's result shows. `maxPoints`: about one point per two pixels of a wide chart. */
export const RunResult = graphql(
  `
  query RunResult($id: ID!) {
    loadTestRun(id: $id) {
      id
      state
      ending { cause message exitCode }
      verdict
      verdictReasons
      framework
      frameworkVersion
      ...FleetOfRun
      workflowId
      workflowHash
      planHash
      baselineHash
      startedBy
      plan
      plannedDurationMs
      startedAt
      finishedAt
      moves { to at }
      loadTest { id name workflow { id name } }
      summary {
        executions failedExecutions errorRatio throughputPerSecond requests failedRequests requestRatePerSecond durationMs
        iterationsStarted iterationsDropped iterationsInterrupted inFlightAtEnd newConnections checksPassed checksFailed linesUnreadable linesLost
        latency { count censored atLeast minMs meanMs p50Ms p90Ms p95Ms p99Ms p999Ms maxMs }
      }
      steady {
        executions failedExecutions errorRatio throughputPerSecond requests failedRequests requestRatePerSecond durationMs
        iterationsStarted iterationsDropped iterationsInterrupted inFlightAtEnd newConnections checksPassed checksFailed linesUnreadable linesLost
        latency { count censored atLeast minMs meanMs p50Ms p90Ms p95Ms p99Ms p999Ms maxMs }
      }
      objectives { metric statistic comparison value maxChangeRatio requestName during measured verdict margin samples needed slower allowed reasonCode reason }
      capacity { users ratePerSecond limitedBy reason }
      requests {
        name requests failed errorRatio
        latency { count censored atLeast p50Ms p90Ms p95Ms p99Ms maxMs }
        failures { class count example }
      }
      metrics(maxPoints: 600) {
        offsetMs seconds requestName executions failed throughputPerSecond users inFlight dropped plannedUsers plannedRatePerSecond
        failures { class count example }
        latency { p50Ms p95Ms p99Ms }
      }
      generator { cpuRatio memoryBytes achievedRatio latenessP99Ms floorP50Ms floorP99Ms sameMachineAsTarget isolation saturated reasons }
      warnings
      importedFrom { fileName format durationMs told { name requests failed latencyOf latency { statistic valueMs leastMs mostMs } failures { what count } } }
    }
  }
`,
  [FleetOfRun],
);

export const Rejudge = graphql(`
  query Rejudge($runId: ID!, $objectives: [ObjectiveInput!]!, $warmUpMs: Int) {
    rejudge(runId: $runId, objectives: $objectives, warmUpMs: $warmUpMs) {
      __typename
      ... on Judgement {
        verdict
        verdictReasons
        exact
        objectives { metric statistic comparison value maxChangeRatio requestName during measured verdict margin samples needed slower allowed reasonCode reason }
      }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);
