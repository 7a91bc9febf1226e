import { graphql } from '../graphql/graphql.ts';
import { RunBrief } from '../run/operations.ts';

/** A run of a comparison that somebody chose. */
export const ComparedRun = graphql(
  `
  query ComparedRun($id: ID!) {
    loadTestRun(id: $id) { ...RunBrief workflowId workflowHash plan loadTest { id name framework plan workflow { id name hash } baseline { run { id } } } }
  }
`,
  [RunBrief],
);

export const CompareRuns = graphql(`
  query CompareRuns($baselineRunIds: [ID!]!, $runIds: [ID!]!, $acceptDifferences: Boolean) {
    comparison(baselineRunIds: $baselineRunIds, runIds: $runIds, acceptDifferences: $acceptDifferences) {
      __typename
      ... on Comparison {
        comparable
        differences
        changes
        steadyMs
        smallestVisibleChange
        metrics { metric statistic requestName primary baseline current changeRatio low high limit confidence calledFrom outcome method reason repeats }
      }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);
