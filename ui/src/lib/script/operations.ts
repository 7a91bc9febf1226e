import { graphql } from '../graphql/graphql.ts';

export const GenerateScript = graphql(`
  mutation GenerateScript($input: GenerateScriptInput!) {
    generateScript(input: $input) {
      __typename
      ... on Script { framework files { path text mediaType } entryFile command hash secrets { path variable } variables { name holds } warnings }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

export const RunScript = graphql(`
  query RunScript($id: ID!) {
    loadTestRun(id: $id) {
      id
      number
      framework
      workflowId
      startedAt
      moves { to at }
      loadTest { id name workflow { id name } }
      script { framework files { path text mediaType } entryFile command hash secrets { path variable } variables { name holds } warnings }
    }
  }
`);

export const ScriptOfLastRun = graphql(`
  query ScriptOfLastRun($loadTestId: ID!) {
    loadTestRuns(loadTestId: $loadTestId, first: 1) {
      __typename
      edges { node { id startedAt moves { at } script { framework files { path text mediaType } entryFile command hash secrets { path variable } variables { name holds } warnings } } }
    }
  }
`);

export const PreviousScript = graphql(`
  query PreviousScript($id: ID!) {
    loadTestRun(id: $id) {
      __typename
      id
      previous { id startedAt moves { at } script { framework files { path text mediaType } entryFile command hash secrets { path variable } variables { name holds } warnings } }
    }
  }
`);

/** Valid for minutes. */
export const ScriptLink = graphql(`
  query ScriptLink($id: ID!) {
    loadTestRun(id: $id) { __typename id script { downloadUrl } }
  }
`);
