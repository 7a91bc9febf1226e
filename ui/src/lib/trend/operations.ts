import { graphql } from '../graphql/graphql.ts';

/** One number of a test from run to run, and what else its page shows. */
export const TrendOfTest = graphql(`
  query TrendOfTest($id: ID!, $metric: String!, $statistic: String, $requestName: String, $last: Int!) {
    trend(loadTestId: $id, metric: $metric, statistic: $statistic, requestName: $requestName, last: $last) {
      __typename
      ... on Trend {
        points { runId number at value atLeast verdict framework frameworkVersion place workflowHash planHash baseline series }
        changePoints { runId at before after changeRatio pValue weak }
        reason
      }
      ... on Refusal { code message problems { path message } effectsHash }
    }
    loadTest(id: $id) { id runs(first: 1) { edges { node { id requests { name } } } } }
  }
`);
