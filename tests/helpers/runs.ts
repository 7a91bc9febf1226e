/** Runs as an integrator starts and reads them. */
import { expect } from 'vitest';
import type { TestServer } from './server.ts';
import { until } from './until.ts';

export const definition = '{"nodes":[{"id":"a","type":"PythonCodeNode","parameters":{"code":"result = 1"}}],"edges":[]}';

export interface RunAnswer {
  readonly id: string;
  readonly state: string;
  readonly verdict: string | null;
  readonly verdictReasons: string[];
  readonly ending: { readonly cause: string; readonly message: string; readonly exitCode: number | null } | null;
  readonly moves: { readonly from: string | null; readonly to: string; readonly cause: string }[];
  readonly warnings: string[];
  readonly summary: { readonly requests: number; readonly executions: number; readonly failedExecutions: number; readonly inFlightAtEnd: number | null; readonly linesUnreadable: number; readonly iterationsStarted: number; readonly checksPassed: number; readonly checksFailed: number } | null;
  readonly steady: { readonly executions: number } | null;
  readonly objectives: { readonly verdict: string; readonly reasonCode: string | null; readonly reason: string; readonly samples: number; readonly slower: number | null; readonly allowed: number | null }[];
  readonly requests: { readonly name: string; readonly requests: number; readonly failures: { readonly class: string; readonly count: number; readonly example: string | null }[] }[];
}

const RUN = `id state verdict verdictReasons ending { cause message exitCode } moves { from to cause } warnings
  summary { requests executions failedExecutions inFlightAtEnd linesUnreadable iterationsStarted checksPassed checksFailed } steady { executions }
  objectives { verdict reasonCode reason samples slower allowed } requests { name requests failures { class count example } }`;

export interface RefusalAnswer {
  readonly __typename: 'Refusal';
  readonly code: string;
  readonly message: string;
  readonly problems: { readonly path: string; readonly message: string }[];
  readonly effectsHash: string | null;
}

export const REFUSAL = '... on Refusal { __typename code message problems { path message } effectsHash }';

/** The verdict that a run must have; on a machine that left its tool no processor there is none, and that is said. */
export function unlessStarved(run: { readonly objectives: readonly { readonly reasonCode?: string | null }[] }, verdict: 'PASSED' | 'FAILED'): string {
  return run.objectives.some(({ reasonCode }) => reasonCode === 'generator_unhealthy') ? 'NOT_EVALUATED' : verdict;
}

/** A closed plan of 2 users, 5 s long unless told otherwise. */
export function planFor(baseUrl: string, more: object = {}): object {
  return { target: { preset: 'studio', baseUrl }, load: { closed: { stages: [{ durationMs: 0, users: 2 }, { durationMs: 5000, users: 2 }] } }, requestTimeoutMs: 2000, ...more };
}

export async function start(server: TestServer, input: object, viewer?: string): Promise<{ id: string } & Partial<RefusalAnswer>> {
  const { startRun } = await server.query<{ startRun: { id: string } & Partial<RefusalAnswer> }>(`mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } ${REFUSAL} } }`, { input }, viewer);
  return startRun;
}

export async function accepted(server: TestServer, input: object): Promise<string> {
  const answer = await start(server, input);
  expect(answer.message).toBeUndefined();
  return answer.id;
}

export async function stop(server: TestServer, runId: string): Promise<Partial<RefusalAnswer>> {
  const { stopRun } = await server.query<{ stopRun: Partial<RefusalAnswer> }>(`mutation ($runId: ID!) { stopRun(runId: $runId) { ... on LoadTestRun { state } ${REFUSAL} } }`, { runId });
  return stopRun;
}

export async function read(server: TestServer, id: string): Promise<RunAnswer> {
  const { loadTestRun } = await server.query<{ loadTestRun: RunAnswer }>(`query ($id: ID!) { loadTestRun(id: $id) { ${RUN} } }`, { id });
  return loadTestRun;
}

export function settled(server: TestServer, id: string, limitMs = 60_000): Promise<RunAnswer> {
  return until('the run is settled', async () => {
    const run = await read(server, id);
    return ['FINISHED', 'ABORTED', 'CRASHED'].includes(run.state) && run;
  }, limitMs);
}

/** Waits until it runs; a run that ended before says how. */
export function running(server: TestServer, id: string): Promise<RunAnswer> {
  return until('the run is running', async () => {
    const run = await read(server, id);
    if (run.ending) throw new Error(`it ended before it ran: ${JSON.stringify(run.ending)} ${JSON.stringify(server.errors.map((e) => [e.message, String((e.fields as { err?: unknown }).err)]))}`);
    return run.state === 'RUNNING' && run;
  });
}
