/** A question answered in this process, in the same words as over HTTP. */
import { graphql } from 'graphql';
import type { Context } from '../context.ts';
import { schema } from './schema.ts';

export async function answer<T>(contextValue: Context, source: string, variableValues: Readonly<Record<string, unknown>> = {}): Promise<T> {
  const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
  if (errors?.[0]) throw errors[0];
  return data as T;
}
