/** Typed operations: `graphql()` reads a document's types from the printed schema (`npm run ui:types` refreshes `schema.d.ts`). */
import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema.d.ts';

export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    /** ISO 8601, UTC. */
    DateTime: string;
    JSON: unknown;
  };
}>();

export type { ResultOf, VariablesOf } from 'gql.tada';

export type PlanInput = ReturnType<typeof graphql.scalar<'PlanInput'>>;

export type WorkflowInput = ReturnType<typeof graphql.scalar<'WorkflowInput'>>;
