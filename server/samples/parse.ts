/** Reads one line of the sample protocol. null: not a line of it (counted by the caller as unreadable, never guessed at). */
import { isCount, isDuration, isHash, isMoment, isName, isOffset, MAX_CHECKS, MAX_MICROS } from './fits.ts';
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
  if (version !== 1 || !isName(framework) || !isName(toolVersion) || !isMoment(startedAt) || !isObject(info)) return null;
  const { planHash, workflowHash, scriptHash, baselineHash, shard } = info as Partial<BeginInfo>;
  if (![planHash, workflowHash, scriptHash].every(isHash) || !optional(baselineHash, isHash) || !optional(shard, isShard)) return null;
  return { kind: 'begin', version, framework, toolVersion, startedAt, info: info as unknown as BeginInfo };
}

function request([startMicros, name, durationMicros, outcome, status, extra]: readonly unknown[]): SampleLine | null {
  if (!isOffset(startMicros) || !isName(name) || !isDuration(durationMicros) || !outcomes.has(outcome) || !isCount(status)) return null;
  if (extra !== undefined && !isExtra(extra)) return null;
  return { kind: 'request', startMicros, name, durationMicros, outcome: outcome as Outcome, status, extra: extra ?? {} };
}

/** Of its members, those that are counted or stored; the others may be anything. */
function isExtra(extra: unknown): extra is SampleExtra {
  if (!isObject(extra)) return false;
  const { exec, checks, connectMicros, startLagMicros, users, detail } = extra as Partial<Record<keyof SampleExtra, unknown>>;
  return (
    optional(exec, (value) => typeof value === 'boolean') &&
    optional(checks, isChecks) &&
    optional(connectMicros, isDuration) &&
    optional(startLagMicros, isOffset) &&
    optional(users, isCount) &&
    optional(detail, (value) => typeof value === 'string')
  );
}

function execution([startMicros, durationMicros, outcome, extra]: readonly unknown[]): SampleLine | null {
  if (!isOffset(startMicros) || !isDuration(durationMicros) || !outcomes.has(outcome)) return null;
  if (extra !== undefined && !isExtra(extra)) return null;
  return { kind: 'execution', startMicros, durationMicros, outcome: outcome as Outcome, ...(extra?.detail === undefined ? {} : { detail: extra.detail }) };
}

/** What is no count is not known: null. */
function gauge([atMicros, users, inFlight, iterationsStarted, dropped, lagMs]: readonly unknown[]): SampleLine | null {
  if (!isDuration(atMicros)) return null;
  const count = (value: unknown) => (isCount(value) ? value : null);
  const worstMs = typeof lagMs === 'number' && lagMs >= 0 && lagMs <= MAX_MICROS ? lagMs : null;
  return { kind: 'gauge', atMicros, users: count(users), inFlight: count(inFlight), iterationsStarted: count(iterationsStarted), dropped: count(dropped), lagMs: worstMs };
}

function end([cause, ...counts]: readonly unknown[]): SampleLine | null {
  if (typeof cause !== 'string' || counts.length !== 5 || !counts.every(isCount)) return null;
  const [iterationsStarted, dropped, interrupted, inFlight, linesLost] = counts as [number, number, number, number, number];
  return { kind: 'end', cause, iterationsStarted, dropped, interrupted, inFlight, linesLost };
}

/** [number of the share, from 0, how many there are] */
const isShard = (value: unknown): boolean => {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [index, count] = value as [unknown, unknown];
  return isCount(index) && isCount(count) && index < count;
};
/** [passed, names of those that failed] */
const isChecks = (value: unknown): boolean => {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [passed, failed] = value as [unknown, unknown];
  return isCount(passed) && Array.isArray(failed) && failed.length <= MAX_CHECKS && failed.every((name) => typeof name === 'string');
};
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const optional = (value: unknown, is: (value: unknown) => boolean) => value === undefined || is(value);
