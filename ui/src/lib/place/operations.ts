import { graphql } from '../graphql/graphql.ts';

/** Which places there are: known at once. */
export const Places = graphql(`
  query Places {
    cloudProviders { key name engine regions images maxShards lagMs }
  }
`);

/** Whether each can be used now: they are asked over the network, which may take seconds. */
export const PlacesNow = graphql(`
  query PlacesNow {
    cloudProviders { key problem }
  }
`);

export const EstimateCost = graphql(`
  query EstimateCost($place: String!, $cloud: CloudInput, $plan: PlanInput!) {
    costEstimate(place: $place, cloud: $cloud, plan: $plan) {
      __typename
      ... on CostEstimate { amount currency basis pricesAsOf shards }
      ... on Refusal { code message problems { path message } effectsHash }
    }
  }
`);

/** Where a run is made, and what its shards told last. */
export const FleetOfRun = graphql(`
  fragment FleetOfRun on LoadTestRun @_unmask {
    framework
    place
    cloud { region image shards beginsAt }
    shards { index state requests lateMs problem }
    cost { amount currency basis pricesAsOf }
  }
`);

export const WatchFleet = graphql(
  `
  query WatchFleet($id: ID!) {
    loadTestRun(id: $id) { __typename id ...FleetOfRun }
  }
`,
  [FleetOfRun],
);
