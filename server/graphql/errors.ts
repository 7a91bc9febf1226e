/** The one mapper from what verbs throw to what a client sees outside of a result union. */
import { GraphQLError } from 'graphql';
import type { Log } from '../../plugin/host.ts';
import { Refusal } from '../refusal.ts';

/** Refusals keep their sentence and code, mistakes in the operation their own text; a bug is logged and masked. */
export function shownError(error: unknown, log: Log): GraphQLError {
  const original = error instanceof GraphQLError ? error.originalError : error;
  if (original instanceof Refusal) return new GraphQLError(original.message, { ...pathOf(error), extensions: { code: original.code } });
  if (error instanceof GraphQLError && (!original || original instanceof GraphQLError)) return error;
  log.error({ err: original }, 'a resolver failed');
  return new GraphQLError('Something went wrong here. The server log says more.', { ...pathOf(error), extensions: { code: 'internal_error' } });
}

function pathOf(error: unknown): { path?: readonly (string | number)[] } {
  return error instanceof GraphQLError && error.path ? { path: error.path } : {};
}
