/** Operations as they come over a WebSocket, parsed and validated once per text: a thousand pages ask in the same words. */
import { type DocumentNode, type GraphQLError, parse, validate } from 'graphql';
import { schema } from './schema.ts';

/** A page has a dozen of them; nobody can fill the memory with more. */
const MOST_TEXTS = 200;
const LONGEST_TEXT = 20_000;

const known = new Map<string, DocumentNode>();

/** The operation, or its mistakes. Throws what is no GraphQL at all. */
export function documentOf(text: string): DocumentNode | readonly GraphQLError[] {
  const before = known.get(text);
  if (before) return before;
  const document = parse(text);
  const mistakes = validate(schema, document);
  if (mistakes.length > 0) return mistakes;
  if (text.length > LONGEST_TEXT) return document;
  const [oldest] = known.keys();
  if (known.size >= MOST_TEXTS && oldest !== undefined) known.delete(oldest);
  known.set(text, document);
  return document;
}
