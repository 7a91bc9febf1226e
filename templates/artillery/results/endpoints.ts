/** What the plugin metrics-by-endpoint, which v2 always has, tells of the requests of one name. */
import type { Latency, ToldRequests } from '../../results.ts';
import { entries } from '../../shared/results/json.ts';
import { Names, oneLine } from '../../shared/results/names.ts';
import { count } from '../../shared/results/numbers.ts';
import { statuses } from './counts.ts';

const PREFIX = 'plugins.metrics-by-endpoint.';
const TIMES = `${PREFIX}response_time.`;
/** A name may hold any of these words itself: the last ones count. */
const CODE = /^(.*)\.codes\.(\d+)$/s;
const ERROR = /^(.*)\.errors\.(.*)$/s;

interface Report {
  readonly counters: unknown;
  readonly summaries: unknown;
  /** By all names; null: not told. */
  readonly sent: number | null;
  readonly latency: (summary: unknown, what: string) => Latency;
}

interface Endpoint {
  readonly codes: { readonly status: number; readonly count: number }[];
  readonly errors: { readonly what: string; readonly count: number }[];
  latency: Latency;
}

/**
 * Not every request comes here: not those without a name if they are to be ignored, nor those that `reportFailuresAsErrors` takes out. So what is here is a number
 * of requests only if nothing is missing in the sum.
 */
export function endpoints({ counters, summaries, sent, latency }: Report): ToldRequests[] {
  const found = new Map<string, Endpoint>();
  const of = (name: string): Endpoint => {
    const endpoint = found.get(name) ?? { codes: [], errors: [], latency: {} };
    found.set(name, endpoint);
    return endpoint;
  };
  let sum = 0;
  for (const [key, value] of entries(counters)) {
    if (!key.startsWith(PREFIX)) continue;
    const rest = key.slice(PREFIX.length);
    const [, coded, status] = CODE.exec(rest) ?? [];
    const [, broken, what] = ERROR.exec(rest) ?? [];
    const told = count(value, key.slice(0, 60)) ?? 0;
    if (coded !== undefined) of(coded).codes.push({ status: Number(status), count: told });
    else if (broken !== undefined) of(broken).errors.push({ what: oneLine(what ?? ''), count: told });
    else continue;
    sum += told;
  }
  for (const [key, summary] of entries(summaries)) if (key.startsWith(TIMES)) of(key.slice(TIMES.length)).latency = latency(summary, key.slice(0, 60));
  const names = new Names();
  return [...found].map(([name, { codes, errors, latency: times }]) => {
    const { answers, failed, failures } = statuses(codes);
    const lost = errors.reduce((total, { count: n }) => total + n, 0);
    return { name: names.give(name), ...(sum === sent && answers + lost > 0 ? { requests: answers + lost, failed: failed + lost } : { requests: null, failed: null }), latencyOf: 'answered', upToFirstByte: true, latency: times, failures: [...failures, ...errors] };
  });
}
