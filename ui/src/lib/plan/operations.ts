import { graphql } from '../graphql/graphql.ts';

export const PreviewPlan = graphql(`
  query PreviewPlan($framework: String, $workflow: WorkflowInput, $plan: PlanInput!) {
    previewPlan(framework: $framework, workflow: $workflow, plan: $plan) {
      __typename
      ... on PlanPreview {
        points { offsetMs users ratePerSecond }
        durationMs
        plannedIterations
        stages
        effects { hash items { nodeId nodeType kind mayAct plannedTimes detail } }
        canJudge { objective expected needed sentence }
        smallestVisibleChange
        warnings
      }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

/** What the form needs to know of the server before the first field is typed. */
export const FormContext = graphql(`
  query FormContext($workflowId: ID!) {
    limits { maxUsers maxRatePerSecond maxDurationMs concurrentRuns concurrentRunsPerOrganization maxMemoryBytes maxOutputBytes maxFolderBytes allowedTargets }
    frameworks { key name description loadModels available version problem installHint }
    workflow(id: $workflowId) { id name hash exampleInputs secrets { path variable } }
    loadTests(workflowId: $workflowId, first: 1) { edges { node { id name framework plan } } }
    loadTestRuns(workflowId: $workflowId, first: 1) { edges { node { id workflowHash } } }
  }
`);

/** Of two definitions that alternate: what both do outside, and what is against it. Nothing is kept of the script. */
export const PreviewTwo = graphql(`
  mutation PreviewTwo($input: GenerateScriptInput!) {
    generateScript(input: $input) {
      __typename
      ... on Script {
        effects { hash items { nodeId nodeType kind mayAct plannedTimes detail } }
        warnings
      }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

/** One request to the target, before there is a run. */
export const CheckTarget = graphql(`
  mutation CheckTarget($workflow: WorkflowInput!, $plan: PlanInput!, $environment: [EnvironmentValueInput!]) {
    checkTarget(workflow: $workflow, plan: $plan, environment: $environment) {
      __typename
      ... on TargetCheck { requestName status outcome detail durationMs bodyStart }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

/** How fast the last runs were, and what they ran. */
export const LastRuns = graphql(`
  query LastRuns($loadTestId: ID!, $first: Int!) {
    loadTestRuns(loadTestId: $loadTestId, first: $first) {
      __typename
      edges { node { id state plan steady { latency { meanMs atLeast } } } }
    }
  }
`);

/** One number of the last runs. */
export const PastValues = graphql(`
  query PastValues($loadTestId: ID!, $metric: String!, $statistic: String, $requestName: String, $last: Int!) {
    trend(loadTestId: $loadTestId, metric: $metric, statistic: $statistic, requestName: $requestName, last: $last) {
      __typename
      ... on Trend { points { runId value atLeast series } }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

/** What a run ran, where it was kept whole. */
export const RunDefinition = graphql(`
  query RunDefinition($id: ID!) {
    loadTestRun(id: $id) { __typename id definition }
  }
`);

export const LoadTestQuery = graphql(`
  query LoadTest($id: ID!) {
    loadTest(id: $id) { id name framework workflowId plan workflow { id name } baseline { id run { id } } runs(first: 3) { edges { node { id place cloud { region image shards } } } } }
  }
`);

export const SaveLoadTest = graphql(`
  mutation SaveLoadTest($input: SaveLoadTestInput!) {
    saveLoadTest(input: $input) {
      __typename
      ... on LoadTest { id name }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

export const DeleteLoadTest = graphql(`
  mutation DeleteLoadTest($id: ID!) {
    deleteLoadTest(id: $id) {
      __typename
      ... on Deleted { id }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);
