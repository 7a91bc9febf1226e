/** What is asked of runs that are compared: of executions, then of the requests of each name. */
import type { Subject } from '../metrics/store.ts';
import type { Run } from '../run/run.ts';
import { resolvePlan } from '../script/resolve.ts';
import type { Measure, Statistic } from './change.ts';
import type { ComparedRuns } from './compared-runs.ts';

export type Metric = Measure | { readonly metric: 'error_ratio' };

/** What is compared on each side. */
export interface Question {
  /** null: executions. */
  readonly requestName: string | null;
  readonly baseline: Subject;
  readonly current: Subject;
  /** The few that decide. */
  readonly primary: readonly Metric[];
  /** For looking further. */
  readonly further: readonly Metric[];
}

const EXECUTIONS: Subject = { kind: 'execution', name: '' };
const request = (name: string): Subject => ({ kind: 'request', name });
const latency = (statistic: Statistic) => ({ metric: 'latency', statistic }) as const;

const PRIMARY: readonly Metric[] = [latency('p50'), latency('p95'), { metric: 'throughput' }, { metric: 'error_ratio' }];
/** A rate is set by the plan: what was missed of it is a matter of the verdict. */
const PRIMARY_OF_A_RATE = PRIMARY.filter(({ metric }) => metric !== 'throughput');
const FURTHER: readonly Metric[] = [latency('p90'), latency('p99')];
const OF_A_REQUEST: readonly Metric[] = [latency('p50'), latency('p95'), { metric: 'error_ratio' }];
/** Two definitions of one run take turns: they have the same throughput by design. */
const WITHIN: readonly Metric[] = [latency('p50'), latency('p95'), { metric: 'error_ratio' }];
/** Names of requests that are looked at. */
const MOST_NAMES = 20;

export function questionsOf({ baseline, current, within }: Pick<ComparedRuns, 'baseline' | 'current' | 'within'>): Question[] {
  if (within) return [{ requestName: null, baseline: request('baseline'), current: request('execute'), primary: WITHIN, further: [] }];
  const namesOf = (run: Run) => (run.result?.requests ?? []).map(({ name }) => name);
  const names = namesOf(baseline[0]).filter((name) => [...baseline, ...current].every((run) => namesOf(run).includes(name)));
  const isRate = resolvePlan(baseline[0].plan).load.model === 'open';
  const executions = { requestName: null, baseline: EXECUTIONS, current: EXECUTIONS, primary: isRate ? PRIMARY_OF_A_RATE : PRIMARY, further: FURTHER };
  // A single one is the execution.
  if (names.length < 2) return [executions];
  return [executions, ...names.slice(0, MOST_NAMES).map((name) => ({ requestName: name, baseline: request(name), current: request(name), primary: [], further: OF_A_REQUEST }))];
}

/** What is in memory of a second, without its histogram. */
const BYTES_OF_SECOND = 140;
/** Of a histogram; of many samples in one second it is less. */
const BYTES_OF_SAMPLE = 3;

/** So many together, in their order, that what is in memory of all these runs stays within that; one alone may need more. */
export function inGroups(questions: readonly Question[], runs: readonly Run[], mostBytes: number): Question[][] {
  const groups: Question[][] = [];
  let left = 0;
  for (const question of questions) {
    const bytes = runs.reduce((sum, run) => sum + BYTES_OF_SECOND * (run.plannedDurationMs / 1000) + BYTES_OF_SAMPLE * samplesOf(run, question), 0);
    if (bytes > left || groups.length === 0) {
      groups.push([]);
      left = mostBytes;
    }
    groups.at(-1)?.push(question);
    left -= bytes;
  }
  return groups;
}

function samplesOf({ result }: Run, { requestName }: Question): number {
  if (requestName === null) return result?.summary.executions ?? 0;
  return result?.requests.find(({ name }) => name === requestName)?.requests ?? 0;
}
