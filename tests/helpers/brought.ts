/** Results as an integrator brings them. */
import { expect } from 'vitest';
import { definition, REFUSAL, type RefusalAnswer } from './runs.ts';
import type { TestServer } from './server.ts';

const RUN = `id state verdict imported place startedAt framework frameworkVersion verdictReasons warnings ending { cause message } summary { executions requests iterationsStarted linesUnreadable latency { p95Ms } }
  steady { executions latency { p95Ms } } objectives { metric verdict reasonCode reason measured } importedFrom { told { name requests failures { what count } } } script { hash } loadTest { id }`;

export type BroughtAnswer = Partial<RefusalAnswer> & {
  readonly id: string;
  readonly verdict: string;
  readonly ending: { readonly cause: string };
  readonly summary: { readonly executions: number };
  readonly importedFrom: { readonly told: readonly { readonly name: string | null; readonly failures: readonly { readonly what: string; readonly count: number }[] }[] } | null;
};

export async function bring(server: TestServer, input: object, viewer?: string): Promise<BroughtAnswer> {
  const { importResults } = await server.query<{ importResults: BroughtAnswer }>(`mutation ($input: ImportResultsInput!) { importResults(input: $input) { ... on LoadTestRun { ${RUN} } ${REFUSAL} } }`, { input: { fileName: 'samples.ndjson', ...input } }, viewer);
  return importResults;
}

export const put = (server: TestServer, body: BodyInit, viewer = 'ada') => fetch(`${server.url}/plugins/load-testing/imports`, { method: 'PUT', headers: { 'x-viewer': viewer }, body });

export async function uploaded(server: TestServer, body: BodyInit): Promise<string> {
  const response = await put(server, body);
  expect(response.status).toBe(201);
  return ((await response.json()) as { uploadId: string }).uploadId;
}

export const runsOf = async (server: TestServer) => (await server.query<{ loadTestRuns: { edges: unknown[] } }>('{ loadTestRuns { edges { node { id } } } }')).loadTestRuns.edges.length;

/** @returns its id */
export async function savedTest(server: TestServer, framework: string, plan: object): Promise<string> {
  const { saveLoadTest } = await server.query<{ saveLoadTest: { id: string } & Partial<RefusalAnswer> }>(`mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } ${REFUSAL} } }`, { input: { name: 'mine', framework, workflow: { definition }, plan } });
  expect(saveLoadTest.message).toBeUndefined();
  return saveLoadTest.id;
}

const BEGAN = Date.parse('2026-11-25T07:35:10Z');

/** A line of k6's `--out json`. @param atMs since the run began: of a request its end */
export const k6Point = (metric: string, atMs: number, value: number, tags: object = {}): string => `${JSON.stringify({ metric, type: 'Point', data: { time: new Date(BEGAN + atMs).toISOString(), value, tags } })}\n`;

export const k6Request = (startMs: number, durationMs: number, name = 'execute'): string => k6Point('http_req_duration', startMs + durationMs, durationMs, { name, status: '200', expected_response: 'true' });
