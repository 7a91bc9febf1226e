/** The schema: importing a noun adds it. */
import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './viewer.ts';
import './framework.ts';
import './workflow.ts';
import './script.ts';
import './preview.ts';
import './load-test.ts';
import './run.ts';
import './cloud.ts';
import './run-log.ts';
import './note.ts';
import './baseline.ts';
import './trend.ts';
import './rejudge.ts';
import './import.ts';
import './target-check.ts';

export const schema: GraphQLSchema = builder.toSchema();
