/**
 * A thousand subscribers of one run, each with a socket of its own, while an interval is stored each second: how long after it is stored
 * each of them has it. The server is a process of its own on one core, where the system can pin it; the subscribers share another process.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { availableParallelism } from 'node:os';
import { WebSocket } from 'ws';
import type { Services } from '../server/context.ts';
import { openDatabase } from '../server/db/client.ts';
import { serve } from '../server/http.ts';
import { LIMITS } from '../tests/helpers/limits.ts';
import { storedRun } from '../tests/helpers/stored-run.ts';

const SUBSCRIBERS = 1000;
const SECONDS = 20;
const P95_MS = 300;
/** Of each second, as a busy run has them. */
const REQUESTS = 300;

/** What the panel asks for. */
const WATCH = `subscription WatchMetrics($runId: ID!, $afterSequence: Int) { runMetrics(runId: $runId, afterSequence: $afterSequence) { sequence snapshot
  metrics { offsetMs requestName executions failed throughputPerSecond users inFlight dropped latenessMs cpuRatio plannedUsers plannedRatePerSecond failures { class count } latency { p50Ms p95Ms p99Ms } }
  summary { executions failedExecutions errorRatio throughputPerSecond requests failedRequests checksPassed checksFailed durationMs iterationsDropped latency { count censored atLeast p50Ms p95Ms p99Ms maxMs } }
  objectives { metric statistic comparison value requestName during measured verdict samples needed slower allowed reasonCode reason } } }`;

/** Milliseconds of a clock that all processes of this machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

async function server(): Promise<void> {
  const database = await openDatabase({ memory: true });
  const run = await storedRun(database);
  const { viewer } = run.ctx;
  const host = { identify: async () => ({ ...viewer, permissions: ['load-testing:read'] }), log: { info() {}, warn() {}, error: (fields: object, message: string) => console.error(message, fields) } };
  const http = await serve({ host: '127.0.0.1', port: 0 }, { ...run.ctx, host, frameworks: [], customTemplates: null, limits: LIMITS } as unknown as Services, async () => false);
  console.log(JSON.stringify({ url: http.url, runId: Buffer.from(`LoadTestRun:${run.id}`).toString('base64') }));
  // Whoever measures it may be gone.
  process.stdin.once('end', () => process.exit(1));
  await once(process.stdin, 'data');
  const from = now();
  const cpu = process.cpuUsage();
  for (let second = 0; second < SECONDS; second++) {
    await delay(Math.max(0, from + (second + 1) * 1000 - now()));
    for (let i = 0; i < REQUESTS; i++) run.add(second * 1000 + ((i + 0.5) * 1000) / REQUESTS, { durationMs: 10 + (i % 50) });
    await run.close(second + 1);
    console.log(JSON.stringify({ sequence: second + 1, at: now() }));
  }
  await once(process.stdin, 'data');
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ cpuMs: (user + system) / 1000 / SECONDS }));
  await http.close();
  await database.close();
  process.exit(0);
}

interface Told {
  readonly url: string;
  readonly runId: string;
  readonly sequence: number;
  readonly at: number;
  readonly cpuMs: number;
}

/** Resolves when it has its first answer; `onSequence` is told of each further one. */
async function subscriber({ url, runId }: Told, onSequence: (sequence: number, bytes: number) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/plugins/load-testing/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: WATCH, variables: { runId, afterSequence: 0 } } }));
  const [first] = (await once(socket, 'message')) as [Buffer];
  if (!first.includes('"snapshot":true')) throw new Error(`a subscriber was answered ${first.toString().slice(0, 500)}`);
  socket.on('message', (frame: Buffer) => {
    const [, sequence] = /"runMetrics":\{"sequence":(\d+)/.exec(frame.toString()) ?? [];
    if (sequence !== undefined) onSequence(Number(sequence), frame.length);
  });
  return socket;
}

async function subscribers(): Promise<void> {
  const cores = availableParallelism();
  const pinned = cores > 1 && spawnSync('taskset', ['-V']).status === 0;
  const command = [process.execPath, import.meta.filename, 'server'];
  const [program = '', ...args] = pinned ? ['taskset', '-c', String(cores - 1), ...command] : command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const told = async () => JSON.parse((await lines.next()).value as string) as Told;
  const place = await told();

  const last = new Array<number>(SUBSCRIBERS).fill(0);
  const received: { readonly sequence: number; readonly at: number }[] = [];
  let bytes = 0;
  const sockets: WebSocket[] = [];
  for (let from = 0; from < SUBSCRIBERS; from += 50) {
    const some = Array.from({ length: 50 }, (_, i) =>
      subscriber(place, (sequence, length) => {
        const at = now();
        bytes = Math.max(bytes, length);
        // Who gets two at once has got both now.
        for (let each = (last[from + i] ?? 0) + 1; each <= sequence; each++) received.push({ sequence: each, at });
        last[from + i] = sequence;
      }),
    );
    sockets.push(...(await Promise.all(some)));
  }
  const storedAt = new Map<number, number>();
  child.stdin.write('go\n');
  for (let i = 0; i < SECONDS; i++) {
    const { sequence, at } = await told();
    storedAt.set(sequence, at);
  }
  const patience = now() + 5000;
  while (received.length < SUBSCRIBERS * SECONDS && now() < patience) await delay(50);
  child.stdin.write('end\n');
  const { cpuMs } = await told();
  for (const socket of sockets) socket.terminate();

  const delays = received.map(({ sequence, at }) => at - (storedAt.get(sequence) ?? Number.NaN)).sort((a, b) => a - b);
  const rank = (percent: number) => delays[Math.ceil((percent / 100) * delays.length) - 1] ?? Number.NaN;
  const missing = SUBSCRIBERS * SECONDS - delays.length;
  console.log(`${SUBSCRIBERS} subscribers of one run, ${SECONDS} intervals of ${(bytes / 1024).toFixed(1)} kB at most, the server on ${pinned ? 'one core' : 'any core'}`);
  console.log(`  from stored to received: p50 ${rank(50).toFixed(0)} ms, p95 ${rank(95).toFixed(0)} ms, max ${rank(100).toFixed(0)} ms; ${missing} missing; the server used ${cpuMs.toFixed(0)} ms of its core each second`);
  const missed = [...(rank(95) < P95_MS ? [] : [`p95 is ${rank(95).toFixed(0)} ms, less than ${P95_MS} ms is asked for`]), ...(missing > 0 ? [`${missing} of ${SUBSCRIBERS * SECONDS} intervals were not received`] : [])];
  for (const line of missed) console.error(`MISSED: ${line}`);
  if (missed.length > 0) process.exitCode = 1;
}

await (process.argv[2] === 'server' ? server() : subscribers());
