import { graphql } from '../graphql/graphql.ts';

export const PinBaseline = graphql(`
  mutation PinBaseline($runId: ID!, $reason: String) {
    pinBaseline(runId: $runId, reason: $reason) {
      __typename
      ... on LoadTest { id }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

export const UnpinBaseline = graphql(`
  mutation UnpinBaseline($loadTestId: ID!) {
    unpinBaseline(loadTestId: $loadTestId) {
      __typename
      ... on LoadTest { id }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

/** Which runs of a test were pinned, the latest pin first. */
export const Baselines = graphql(`
  query Baselines($id: ID!) {
    loadTest(id: $id) {
      id
      baselines { id pinnedBy pinnedAt reason unpinnedAt run { id number startedAt verdict moves { at } } }
    }
  }
`);
