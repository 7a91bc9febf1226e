/**
 * What became of a question to the server. Three kinds, as everywhere: an answer, a refusal (typed, with a sentence and
 * problems at their fields), or trouble (the server could not be reached, or it failed).
 */
import type { AnyVariables, Client, CombinedError, TypedDocumentNode } from '@urql/core';
import { text } from '../text/text.ts';

export interface Problem {
  readonly path: string;
  readonly message: string;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly effectsHash: string | null;
}

export interface Trouble {
  readonly unreachable: boolean;
  readonly message: string;
}

export type Answer<T> =
  | { readonly ok: T; readonly refusal?: undefined; readonly trouble?: undefined }
  | { readonly ok?: undefined; readonly refusal: Refusal; readonly trouble?: undefined }
  | { readonly ok?: undefined; readonly refusal?: undefined; readonly trouble: Trouble };

type Result = { readonly __typename?: string } | null | undefined;
type NotRefusal<T> = Exclude<NonNullable<T>, { __typename: 'Refusal' }>;

/** Asks once; `pick` names the field whose union holds the answer or the `Refusal`. Never throws. */
export async function ask<Data, Variables extends AnyVariables, T extends Result>(
  client: Client,
  kind: 'query' | 'mutation',
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pick: (data: Data) => T,
): Promise<Answer<NotRefusal<T>>> {
  const source =
    kind === 'query' ? client.query(document, variables, { requestPolicy: 'network-only' }) : client.mutation(document, variables);
  const { data, error } = await source.toPromise();
  if (error) return { trouble: troubleOf(error) };
  const result = data === undefined || data === null ? undefined : pick(data);
  if (!result) return { trouble: { unreachable: false, message: text.error.noAnswer } };
  if (result.__typename === 'Refusal') return { refusal: result as unknown as Refusal };
  return { ok: result as NotRefusal<T> };
}

export function troubleOf(error: CombinedError): Trouble {
  if (error.networkError) return { unreachable: true, message: text.error.unreachable };
  const first = error.graphQLErrors[0];
  return { unreachable: false, message: first?.message ? first.message : text.error.serverFailed };
}
