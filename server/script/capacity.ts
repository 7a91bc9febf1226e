/** What one machine can send with a framework, held against a plan: sentences before the run. An estimate, and it says of what. Pure. */
import type { Framework } from '../../templates/framework.ts';
import { numeral } from '../words/numeral.ts';
import { peakOf } from './load.ts';
import type { ResolvedPlan } from './resolve.ts';

/** Above this many users one machine begins to measure itself. */
const MANY_LOCAL_USERS = 100;

type Able = Pick<Framework, 'name' | 'cores' | 'requestsPerSecondOfCore'>;

/**
 * @param framework null: none is chosen yet
 * @param machineCores of the machine that would send
 */
export function capacityWarnings({ load }: Pick<ResolvedPlan, 'load'>, framework: Able | null, machineCores: number): string[] {
  const peak = peakOf(load.stages);
  const able = framework === null ? null : ableTo(framework, machineCores);
  if (load.model === 'closed')
    return load.maxUsers > MANY_LOCAL_USERS ? [`${numeral(load.maxUsers)} users from one machine: ${able === null ? "watch the generator's CPU" : `${able.sentence}. What needs more is measured wrong here`}. ${ELSEWHERE}`] : [];
  if (able === null || peak <= able.perSecond) return [];
  return [`The plan starts up to ${numeral(peak, 1)} iterations/s, each of one request at least: ${able.sentence}. Above that the generator may be the slow part. ${ELSEWHERE}`];
}

/** How such a sentence ends. */
export const ELSEWHERE = 'Spread a larger load over several machines, in the cloud for instance.';

/** A core is left free for the machine itself, and for a target on it. */
function ableTo({ name, cores, requestsPerSecondOfCore }: Able, machineCores: number): { readonly perSecond: number; readonly sentence: string } {
  const used = cores === 'one' ? 1 : Math.max(1, machineCores - 1);
  const perSecond = used * requestsPerSecondOfCore;
  const of = cores === 'one' ? 'it uses one core' : `${numeral(requestsPerSecondOfCore)} with each core, one left free`;
  return { perSecond, sentence: `${name} can send about ${numeral(perSecond, 1)} requests/s on this machine's ${machineCores} ${machineCores === 1 ? 'core' : 'cores'} (${of})` };
}
