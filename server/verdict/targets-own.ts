/** Which failures are the target's own, however its generator was (decision 0023). Pure. */
import type { ScriptObjective } from '../../templates/framework.ts';
import type { Tally } from '../metrics/fold.ts';
import type { Outcome } from '../samples/sample.ts';
import { allowedOf } from './judge.ts';

/** Nobody but the target can have answered so. */
const ANSWERED: readonly Outcome[] = ['workflow_failed', 'cached_answer', 'bad_body', 'check_failed', 'redirected', 'auth', 'not_found', 'invalid_request', 'limited', 'http_4xx', 'http_5xx'];

/** A generator that has no ports or descriptors left sees these as well, but of some: not of all that it asked for. */
const OF_ALL: readonly Outcome[] = ['refused', 'dns', 'tls'];

/** More of them than are allowed: the objective has failed whatever else was wrong. */
export function isTargetsOwn(objective: ScriptObjective, { total, counts, checksPassed, checksFailed }: Pick<Tally, 'total' | 'counts' | 'checksPassed' | 'checksFailed'>): boolean {
  if (objective.metric === 'checks_ratio') return checksFailed > (allowedOf(objective, checksPassed + checksFailed) ?? Number.POSITIVE_INFINITY);
  if (objective.metric !== 'error_ratio') return false;
  const answered = ANSWERED.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
  const own = OF_ALL.some((outcome) => counts[outcome] === total) ? total : answered;
  return own > (allowedOf(objective, total) ?? Number.POSITIVE_INFINITY);
}
