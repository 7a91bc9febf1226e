/** Of what a tool tells so much as a run can hold: it is read with each list of runs. Pure. */
import type { Told, Totals } from '../../../templates/results.ts';
import { MOST_NAMES } from '../../metrics/collector.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';

const MOST_FAILURES = 50;
const MOST_RULES = 200;

/** Without the rarest names and failures, and what is said of that. @param execution its name is kept, as are those that are judged */
export function mostTold({ objectives }: Pick<ResolvedPlan, 'objectives'>, totals: Totals, execution: string | null): { readonly totals: Totals; readonly warnings: readonly string[] } {
  const { all, requests, rules } = totals;
  const wanted = new Set([execution, ...objectives.map(({ requestName }) => requestName)]);
  const rank = ({ name, requests: n }: Totals['requests'][number]) => (wanted.has(name) ? Number.POSITIVE_INFINITY : (n ?? 0));
  const kept = requests.length <= MOST_NAMES ? requests : requests.toSorted((a, b) => Number(rank(b) > rank(a)) - Number(rank(a) > rank(b))).slice(0, MOST_NAMES);
  const isCut = [...(all ? [all] : []), ...kept].some(({ failures }) => failures.length > MOST_FAILURES);
  return {
    totals: { ...totals, all: all && withMostFailures(all), requests: kept.map(withMostFailures), rules: rules.slice(0, MOST_RULES) },
    warnings: [
      ...(kept.length < requests.length ? [`These results tell of ${requests.length} request names; the ${kept.length} with most requests are kept.`] : []),
      ...(isCut ? [`These results tell of more kinds of failures than are kept: of each request name the ${MOST_FAILURES} most frequent ones.`] : []),
    ],
  };
}

function withMostFailures<T extends Told>(told: T): T {
  return told.failures.length <= MOST_FAILURES ? told : { ...told, failures: told.failures.toSorted((a, b) => b.count - a.count).slice(0, MOST_FAILURES) };
}
