import { graphql } from '../graphql/graphql.ts';

export const ImportResults = graphql(`
  mutation ImportResults($input: ImportResultsInput!) {
    importResults(input: $input) {
      __typename
      ... on LoadTestRun { id }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);
