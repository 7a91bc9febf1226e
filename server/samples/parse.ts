/** Reads one line of the sample protocol. null: not a line of it (counted by the caller as unreadable, never guessed at). */
import { type BeginInfo, OUTCOMES, type Outcome, type SampleExtra, type SampleLine } from './sample.ts';

const outcomes: ReadonlySet<unknown> = new Set(OUTCOMES);

export function parseLine(text: string): SampleLine | null {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(line)) return null;
  const [kind, ...rest] = line as unknown[];
  switch (kind) {
    case 'begin':
      return begin(rest);
    case 'req':
      return request(rest);
    case 'exec':
      return execution(rest);
    case 'gauge':
      return gauge(rest);
    case 'end':
      return end(rest);
    default:
      return null;
  }
}

function begin([version, framework, toolVersion, startedAt, info]: readonly unknown[]): SampleLine | null {
  if (version !== 1 || typeof framework !== 'string' || typeof toolVersion !== 'string' || !isTime(startedAt) || !isObject(info)) return null;
  const { planHash, workflowHash, scriptHash } = info as Partial<BeginInfo>;
  if (typeof planHash !== 'string' || typeof workflowHash !== 'string' || typeof scriptHash !== 'string') return null;
  return { kind: 'begin', version, framework, toolVersion, startedAt, info: info as unknown as BeginInfo };
}

function request([startMicros, name, durationMicros, outcome, status, extra]: readonly unknown[]): SampleLine | null {
  if (!isInt(startMicros) || typeof name !== 'string' || !isTime(durationMicros) || !outcomes.has(outcome) || !isTime(status)) return null;
  return { kind: 'request', startMicros, name, durationMicros, outcome: outcome as Outcome, status, extra: isObject(extra) ? (extra as SampleExtra) : {} };
}

function execution([startMicros, durationMicros, outcome]: readonly unknown[]): SampleLine | null {
  if (!isInt(startMicros) || !isTime(durationMicros) || !outcomes.has(outcome)) return null;
  return { kind: 'execution', startMicros, durationMicros, outcome: outcome as Outcome };
}

function gauge([atMicros, ...values]: readonly unknown[]): SampleLine | null {
  if (!isInt(atMicros)) return null;
  const [users, inFlight, iterationsStarted, dropped, lagMs] = values.map((value) => (isTime(value) ? value : null));
  return { kind: 'gauge', atMicros, users: users ?? null, inFlight: inFlight ?? null, iterationsStarted: iterationsStarted ?? null, dropped: dropped ?? null, lagMs: lagMs ?? null };
}

function end([cause, ...counts]: readonly unknown[]): SampleLine | null {
  if (typeof cause !== 'string' || counts.length !== 5 || !counts.every(isTime)) return null;
  const [iterationsStarted, dropped, interrupted, inFlight, linesLost] = counts as [number, number, number, number, number];
  return { kind: 'end', cause, iterationsStarted, dropped, interrupted, inFlight, linesLost };
}

const isInt = (value: unknown): value is number => Number.isSafeInteger(value);
/** A count, a duration or a moment: finite and not negative (NaN and Infinity cannot be written in JSON at all). */
const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
