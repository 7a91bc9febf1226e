/** What is watched over a WebSocket, by clients that come and go, read slowly or not at all: in the end each has the series that is stored. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Services } from '../../server/context.ts';
import { type Database, openDatabase } from '../../server/db/client.ts';
import { type GraphqlServer, openGraphql } from '../../server/graphql/server.ts';
import type { Point } from '../../server/metrics/point.ts';
import { runPoints } from '../../server/run/points.ts';
import { embedded } from '../helpers/embedded.ts';
import { type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';
import { until } from '../helpers/until.ts';

/** So many times the histogram of each point, that a client which reads nothing is soon behind. */
const HISTOGRAMS = Array.from({ length: 350 }, (_, i) => `h${i}: histogram`).join(' ');
const HEAVY = `subscription ($runId: ID!, $after: Int) { runMetrics(runId: $runId, afterSequence: $after) { sequence snapshot metrics { offsetMs executions ${HISTOGRAMS} } } }`;
const LIGHT = 'subscription ($runId: ID!, $after: Int) { runMetrics(runId: $runId, afterSequence: $after) { sequence snapshot metrics { offsetMs executions failed latency { p95Ms } } } }';

interface Update {
  readonly sequence: number;
  readonly snapshot: boolean;
  readonly metrics: readonly Pick<Point, 'offsetMs' | 'executions'>[];
}

let database: Database;
let run: StoredRun;
let http: Server;
let graphql: GraphqlServer;
let accepted: Socket[];
let errors: unknown[];
beforeAll(async () => {
  database = await openDatabase(await embedded());
});
afterAll(() => database.close());
beforeEach(async () => {
  run = await storedRun(database, testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: 600_000 } } }));
  http = createServer();
  accepted = [];
  errors = [];
  http.on('connection', (socket) => accepted.push(socket));
  const viewer = { id: 'ada', name: 'ada', organizationId: 'north', permissions: ['load-testing:read'] };
  const host = { identify: async (_request: unknown, token: string | null) => (['first', 'second'].includes(token ?? '') ? viewer : null), log: { info() {}, warn() {}, error: (fields: object, message: string) => void errors.push([message, fields]) } };
  graphql = openGraphql(http, '/graphql', { ...run.ctx, host } as unknown as Services);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});
afterEach(async () => {
  await graphql.close();
  http.closeAllConnections();
  http.close();
  await until('nobody reads for nobody', () => run.ctx.feeds.size === 0);
  expect(errors).toEqual([]);
});

const url = () => `ws://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
const runId = () => Buffer.from(`LoadTestRun:${run.id}`).toString('base64');

/** What a chart does with updates. */
class Series {
  readonly points = new Map<number, number>();
  sequence = 0;
  updates = 0;
  take({ snapshot, metrics, sequence }: Update): void {
    if (snapshot) this.points.clear();
    for (const { offsetMs, executions } of metrics) this.points.set(offsetMs, executions);
    this.sequence = sequence;
    this.updates += 1;
  }
}

const sorted = (points: Iterable<[number, number]>) => [...points].sort(([a], [b]) => a - b);
const stored = async () => (await runPoints(run.ctx, await run.run(), null, null)).map(({ offsetMs, executions }): [number, number] => [offsetMs, executions]);
const isWhole = async (series: Series) => expect(sorted(series.points)).toEqual(await stored());

/** Second by second, each when `seen` says that the one before was. */
async function store(from: number, to: number, requests: number, seen: () => number): Promise<void> {
  for (let second = from; second < to; second++) {
    for (let i = 0; i < requests; i++) run.add(second * 1000 + 500, { durationMs: ((i * 7919) % 10_007) / 7 });
    await run.close(second + 1);
    const { sequence } = await run.run();
    await until('it was seen', () => seen() >= sequence);
  }
}

/** As the panel: asks for what comes after what it has. Ends with `cut`, as a lost connection ends. */
function watch(token: string, series: Series, query = LIGHT) {
  const client = createClient({ url: url(), webSocketImpl: WebSocket, connectionParams: { token }, retryAttempts: 0, lazy: true });
  const watched = (async () => {
    for await (const { data } of client.iterate<{ runMetrics: Update }>({ query, variables: { runId: runId(), after: series.sequence } })) if (data) series.take(data.runMetrics);
    return 'completed';
  })().catch(() => 'lost');
  return { watched, cut: () => client.terminate() };
}

test('a lost connection, another token, a reload and a second browser: each has the stored series in the end', async () => {
  const [page, browser, reloaded] = [new Series(), new Series(), new Series()];
  const before = watch('first', page);
  const other = watch('first', browser);
  await store(0, 3, 2, () => Math.min(page.sequence, browser.sequence));
  before.cut();
  expect(await before.watched).toBe('lost');
  // Away: further seconds, and a line that is late for one that it has.
  run.add(1500);
  await store(3, 6, 3, () => browser.sequence);
  const after = watch('second', page);
  const reload = watch('second', reloaded);
  await until('all are there again', () => [page, reloaded].every(({ sequence }) => sequence === browser.sequence));
  for (const series of [page, browser, reloaded]) await isWhole(series);
  run.add(500);
  await store(6, 8, 1, () => Math.min(page.sequence, browser.sequence, reloaded.sequence));
  await run.settle();
  expect(await Promise.all([after, other, reload].map(({ watched }) => watched))).toEqual(['completed', 'completed', 'completed']);
  for (const series of [page, browser, reloaded]) await isWhole(series);
  expect(page.points.get(1000)).toBe(3);
});

/** A client that speaks the protocol and stops reading when it is told to. */
async function lazy(subscriptions: number): Promise<{ readonly socket: WebSocket; readonly server: Socket; readonly series: Series }> {
  const series = new Series();
  const socket = new WebSocket(url(), 'graphql-transport-ws');
  socket.on('error', () => {});
  await once(socket, 'open');
  const server = accepted.at(-1);
  if (!server) throw new Error('nobody was connected');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token: 'first' } }));
  await once(socket, 'message');
  socket.on('message', (frame: Buffer) => {
    const { type, payload } = JSON.parse(frame.toString()) as { type: string; payload: { data: { runMetrics: Update } } };
    if (type === 'next') series.take(payload.data.runMetrics);
  });
  for (let id = 0; id < subscriptions; id++) socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: HEAVY, variables: { runId: runId(), after: 0 } } }));
  await until('it has begun', () => series.updates >= subscriptions);
  return { socket, server, series };
}

test('of a client that does not read, one answer waits and no more; when it reads again it gets all the rest at once', { timeout: 60_000 }, async () => {
  const quick = new Series();
  const quickly = watch('first', quick);
  const slow = await lazy(1);
  slow.socket.pause();
  let most = 0;
  await store(0, 30, 1500, () => {
    most = Math.max(most, slow.server.writableLength);
    return quick.sequence;
  });
  // It is behind by far more than the system itself holds for it.
  await until('one answer waits', () => slow.server.writableLength > 0);
  const sent = slow.server.bytesWritten + slow.server.writableLength;
  slow.socket.resume();
  await until('it has everything', () => slow.series.sequence === quick.sequence);
  const each = sent / slow.series.updates;
  expect(slow.series.updates).toBeLessThan(30);
  expect(most).toBeLessThan(3 * each);
  await isWhole(slow.series);
  await isWhole(quick);
  await run.settle();
  expect(await quickly.watched).toBe('completed');
  slow.socket.terminate();
});

test('a client that reads nothing of many subscriptions is let go before it fills the memory', { timeout: 60_000 }, async () => {
  const quick = new Series();
  const quickly = watch('first', quick);
  const greedy = await lazy(150);
  greedy.socket.pause();
  const closed = once(greedy.server, 'close').then(() => true);
  let most = 0;
  let gone = false;
  void closed.then(() => { gone = true; });
  for (let second = 0; second < 10 && !gone; second++) {
    await store(second, second + 1, 1500, () => {
      most = Math.max(most, greedy.server.writableLength);
      return quick.sequence;
    });
  }
  expect(await closed).toBe(true);
  expect(most).toBeLessThan(17 * 1024 * 1024);
  await run.settle();
  expect(await quickly.watched).toBe('completed');
  await isWhole(quick);
});
