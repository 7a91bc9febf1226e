/** Cloud Logging's service as a gRPC server of this machine: what is printed is taken in a moment later, listed page by page, and tailed. */
import { createRequire } from 'node:module';
import grpc from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { type Kept, matcher } from './filter.ts';

const protos = createRequire(import.meta.url)('@google-cloud/logging-api/build/protos/protos.json');
/** Between the print and the entry. */
const TAKEN_IN_MS = 100;
/** Of the real one: 1000. */
const MOST_OF_A_PAGE = 50;
/** Of one project. */
const MOST_TAILS = 10;

type Failure = { readonly code: grpc.status; readonly details: string };

export interface FakeLogging extends AsyncDisposable {
  readonly port: number;
  readonly credentials: grpc.ChannelCredentials;
  /** Tails that stand. */
  readonly tails: number;
  /** Lists that were asked for. */
  readonly lists: number;
  readonly kept: readonly Kept[];
  print(entry: Kept): void;
  /** Tails break off just now, and what comes within so long is in none. */
  cut(ms: number): void;
  /** The next entries are too many for tails: these say so, and leave them out. */
  suppress(entries: number): void;
  /** Until null is set, calls of this kind fail so. */
  failing: { list: Failure | 'silent' | null; tail: Failure | null };
}

interface Tail {
  readonly call: grpc.ServerDuplexStream<object, object>;
  readonly matches: (entry: Kept) => boolean;
}

export async function startLogging(): Promise<FakeLogging> {
  const kept: Kept[] = [];
  const tails = new Set<Tail>();
  const timers = new Set<NodeJS.Timeout>();
  const failing: FakeLogging['failing'] = { list: null, tail: null };
  let deafUntil = 0;
  let lists = 0;
  let suppressed = 0;

  const takeIn = (entry: Kept) => {
    kept.push(entry);
    if (Date.now() < deafUntil) return;
    const isTooMuch = suppressed > 0;
    if (isTooMuch) suppressed -= 1;
    for (const { call, matches } of tails) if (matches(entry)) call.write(isTooMuch ? { entries: [], suppressionInfo: [{ reason: 'RATE_LIMIT', suppressedCount: 1 }] } : { entries: [messageOf(entry)] });
  };
  const server = new grpc.Server();
  server.addService(serviceOf(), {
    TailLogEntries(call: grpc.ServerDuplexStream<{ filter: string; resourceNames: string[] }, object>) {
      let tail: Tail | null = null;
      const fail = (failure: Failure) => void call.emit('error', failure);
      call.on('data', ({ filter, resourceNames }) => {
        if (failing.tail) return fail(failing.tail);
        if (tails.size >= MOST_TAILS) return fail({ code: grpc.status.RESOURCE_EXHAUSTED, details: 'Quota exceeded for quota metric \'Tail sessions\' and limit \'Tail sessions per project\'.' });
        try {
          tail = { call, matches: matcher(filter) };
        } catch (error) {
          return fail({ code: grpc.status.INVALID_ARGUMENT, details: (error as Error).message });
        }
        if (resourceNames.length !== 1) return fail({ code: grpc.status.INVALID_ARGUMENT, details: 'resource_names is required' });
        tails.add(tail);
      });
      const over = () => void (tail && tails.delete(tail));
      call.on('cancelled', over);
      call.on('error', over);
      call.on('end', () => { over(); call.end(); });
    },
    ListLogEntries({ request }: { request: { filter: string; pageSize: number; pageToken: string; orderBy: string } }, answer: grpc.sendUnaryData<object>) {
      lists += 1;
      if (failing.list === 'silent') return;
      if (failing.list) return answer(failing.list);
      if (request.pageSize > 1000 || request.pageSize < 1) return answer({ code: grpc.status.INVALID_ARGUMENT, details: 'page_size must be from 1 to 1000' });
      try {
        const found = kept.filter(matcher(request.filter)).sort((a, b) => a.timestampMs - b.timestampMs);
        const from = Number(request.pageToken || 0);
        const to = from + Math.min(MOST_OF_A_PAGE, request.pageSize);
        answer(null, { entries: found.slice(from, to).map(messageOf), nextPageToken: to < found.length ? String(to) : '' });
      } catch (error) {
        answer({ code: grpc.status.INVALID_ARGUMENT, details: (error as Error).message });
      }
    },
  });
  const port = await new Promise<number>((resolve, reject) => server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
  return {
    port,
    credentials: grpc.credentials.createInsecure(),
    get tails() { return tails.size; },
    get lists() { return lists; },
    kept,
    failing,
    print(entry) {
      const timer = setTimeout(() => { timers.delete(timer); takeIn(entry); }, TAKEN_IN_MS);
      timers.add(timer);
    },
    suppress: (entries) => { suppressed = entries; },
    cut(ms) {
      deafUntil = Date.now() + ms;
      for (const { call } of [...tails]) call.emit('error', { code: grpc.status.UNAVAILABLE, details: 'The service is currently unavailable.' });
    },
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      server.forceShutdown();
    },
  };
}

function serviceOf(): grpc.ServiceDefinition {
  const { google } = grpc.loadPackageDefinition(fromJSON(protos, { keepCase: false, longs: String, enums: String, defaults: true })) as unknown as { google: { logging: { v2: { LoggingServiceV2: { service: grpc.ServiceDefinition } } } } };
  return google.logging.v2.LoggingServiceV2.service;
}

/** A line that is a JSON object is taken apart, and anything else is text. */
function messageOf({ line, timestampMs, ...entry }: Kept): object {
  const payload = objectOf(line);
  return { ...entry, timestamp: { seconds: String(Math.floor(timestampMs / 1000)), nanos: (timestampMs % 1000) * 1e6 }, ...(payload ? { jsonPayload: structOf(payload) } : { textPayload: line }) };
}

function objectOf(line: string): object | null {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : null;
  } catch {
    return null;
  }
}

const structOf = (object: object): object => ({ fields: Object.fromEntries(Object.entries(object).map(([name, value]) => [name, asValue(value)])) });

function asValue(value: unknown): object {
  if (Array.isArray(value)) return { listValue: { values: value.map(asValue) } };
  if (typeof value === 'object' && value !== null) return { structValue: structOf(value) };
  return typeof value === 'number' ? { numberValue: value } : typeof value === 'boolean' ? { boolValue: value } : typeof value === 'string' ? { stringValue: value } : { nullValue: 'NULL_VALUE' };
}
