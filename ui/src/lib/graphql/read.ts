/** Reads for `load` functions: what comes back is there, or the route's error page says why not. */
import { error } from '@sveltejs/kit';
import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import { troubleOf } from './answer.ts';
import { graphqlClient } from './client.ts';

export async function read<Data, Variables extends AnyVariables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const result = await graphqlClient().query(document, variables, { requestPolicy: 'network-only' }).toPromise();
  if (result.error) {
    const trouble = troubleOf(result.error);
    error(trouble.unreachable ? 503 : 500, { message: trouble.message, unreachable: trouble.unreachable });
  }
  if (!result.data) error(500, troubleOf({ graphQLErrors: [] } as never).message);
  return result.data;
}

/** The thing, or a 404 with the sentence. */
export function found<T>(thing: T | null | undefined, sentence: string): T {
  if (thing === null || thing === undefined) error(404, sentence);
  return thing;
}
