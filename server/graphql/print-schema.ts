/** Prints the schema into `schema.graphql`, which is committed: a test compares the two. */
import { writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

export const printed = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`;

if (import.meta.main) await writeFile(new URL('schema.graphql', import.meta.url), printed());
