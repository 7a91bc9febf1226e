/** Deletes a run, once it was said what that means. */
import { Removal } from '../frame/removal.svelte.ts';
import { ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import { DeleteRun } from './operations.ts';

export const runRemoval = (): Removal => new Removal((runId) => ask(graphqlClient(), 'mutation', DeleteRun, { runId }, (data) => data.deleteRun));
