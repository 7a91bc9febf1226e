import { graphql } from '../graphql/graphql.ts';

export const Workflows = graphql(`
  query Workflows($first: Int, $after: String) {
    workflows(first: $first, after: $after) {
      __typename
      edges { node { id name nodeCount } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
