/**
 * Two definitions in one run: the requests of the second one, the baseline's, which of each two iterations one sends in the place of execute.
 * It keeps the name `execute` for the definition that is tested, so that whatever a plan says of it is still about it.
 */
import type { BodyPart, ScriptRequest } from '../../../templates/framework.ts';
import type { Problem } from '../../workflow/problem.ts';
import type { ResolvedPlan } from '../resolve.ts';
import { DEFINITION, type MadeRequests, REQUEST } from './material.ts';

/** Request name of the baseline, beside `execute`. */
export const BASELINE = 'baseline';

/** How many of so many iterations may be one definition's: of an odd number one has one more. */
export const halfOf = (iterations: number | null): number | null => (iterations === null ? null : Math.ceil(iterations / 2));

export const TWO_DEFINITIONS = `Of each two iterations one runs the baseline's definition: its requests are named "${BASELINE}", those of this one "execute". Executions, and every objective, are of this one alone, which gets half of the load.`;

type Alternate =
  | { readonly execute: ScriptRequest; readonly data: Readonly<Record<string, string>>; readonly problems?: undefined }
  | { readonly problems: readonly Problem[]; readonly execute?: undefined; readonly data?: undefined };

/** Why two definitions in one run would say nothing with this target and this plan; null: they would. */
export function whyNotAlternating({ plan, objectives }: ResolvedPlan): Problem | null {
  if (plan.target.preset === 'gateway') return refused('A gateway runs what is registered there by its name, and is not sent the definition: there is nothing that iterations could alternate.');
  if (plan.target.preset === 'sessions') return refused('In the sessions API each user creates its workflow once, before all iterations: they cannot alternate two definitions.');
  if (plan.load.preset?.key === 'breakpoint') return refused('A breakpoint test looks for the most that one definition holds: under the load of two it would find that of neither.');
  const rate = objectives.findIndex(({ metric }) => metric === 'throughput');
  if (rate >= 0) return refused(`Throughput cannot be judged here, for each definition gets half of the load: leave objectives[${rate}] out of the plan.`);
  return null;
}

/** A request, and the data files that its body names. */
interface Sent {
  readonly request: ScriptRequest;
  readonly data: Readonly<Record<string, string>>;
}

/**
 * @param execute of the definition that is tested
 * @param made the requests of the baseline, with the same target
 * @param inputs data files of the baseline's inputs
 */
export function alternateOf(execute: Sent, made: () => MadeRequests, inputs: Sent['data']): Alternate {
  if (!execute.request.body?.some((part) => 'file' in part && (part.file === DEFINITION || part.file === REQUEST)))
    return { problems: [refused('This plan does not send the definition, so there is nothing that iterations could alternate: put {"$workflow": true} into target.body where it belongs.')] };
  const { requests, problems } = made();
  if (problems) return { problems: problems.map(({ message }) => refused(message)) };
  const given = { ...requests.data, ...inputs };
  const data: Record<string, string> = {};
  const body = (requests.execute.body ?? []).map((part): BodyPart => {
    if (!('file' in part) || given[part.file] === execute.data[part.file]) return part;
    const file = part.file.replace('data/', `data/${BASELINE}-`);
    data[file] = given[part.file] ?? '';
    return { file };
  });
  if (JSON.stringify(body) === JSON.stringify(execute.request.body)) return { problems: [refused('This is what is tested, to the last byte: there is nothing to compare. Give another version of the definition.')] };
  return { execute: { ...requests.execute, name: BASELINE, body }, data };
}

const refused = (message: string): Problem => ({ path: 'compareWith', message });
