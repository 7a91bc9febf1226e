/** Why a run has its verdict, in one sentence; and what else is to be said. Pure. */
import { text } from '../text/text.ts';

type Verdict = 'PASSED' | 'FAILED' | 'NOT_EVALUATED';

export interface Judged {
  readonly verdict: Verdict | null;
  readonly verdictReasons: readonly string[];
  readonly objectives: readonly { readonly verdict: Verdict; readonly reason: string; readonly reasonCode: string | null }[];
}

/** `said`: a sentence that stands beside it already (how the run ended) and is not repeated. */
export function why(run: Judged, said = ''): { readonly sentence: string | null; readonly more: readonly string[] } {
  const deciding = [...new Set(run.objectives.filter((objective) => objective.verdict === run.verdict).map((objective) => objective.reason))];
  if (run.verdict === 'PASSED') return { sentence: text.verdict.allHeld(run.objectives.length), more: saidOnce(deciding) };
  const reasons = saidOnce([...new Set([...run.verdictReasons, ...deciding])].filter((reason) => reason !== '' && reason !== said));
  const [sentence = said === '' ? text.verdict.noReason : null, ...more] = reasons;
  return { sentence, more };
}

/** What follows the first sentence of more than one reason stands once, after the last. */
function saidOnce(reasons: readonly string[]): string[] {
  const parts = reasons.map((reason) => /^(?<first>.*?\.) (?<rest>.*)$/s.exec(reason)?.groups ?? { first: reason, rest: '' });
  const shared = new Set(parts.map(({ rest = '' }) => rest).filter((rest, i, all) => rest !== '' && all.indexOf(rest) !== i));
  return [...parts.map(({ first = '', rest = '' }, i) => (shared.has(rest) ? first : (reasons[i] ?? ''))), ...shared];
}
