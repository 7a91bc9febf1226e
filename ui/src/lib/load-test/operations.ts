import { graphql } from '../graphql/graphql.ts';
import { RunBrief } from '../run/operations.ts';

/** A workflow's tests with the last runs of each (one may go on, and another one wait), and the last runs of all of them. */
export const Panel = graphql(
  `
  query Panel($workflowId: ID!) {
    workflow(id: $workflowId) { id name }
    frameworks { key name available installHint }
    loadTests(workflowId: $workflowId, first: 50) {
      edges { node { id name framework plan runs(first: 3) { edges { node { ...RunBrief } } } } }
      pageInfo { hasNextPage endCursor }
    }
    loadTestRuns(workflowId: $workflowId, first: 10) { edges { node { ...RunBrief } } }
  }
`,
  [RunBrief],
);
