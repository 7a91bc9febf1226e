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
  if (run.verdict === 'PASSED') return { sentence: text.verdict.allHeld(run.objectives.length), more: deciding };
  const reasons = [...new Set([...run.verdictReasons, ...deciding])].filter((reason) => reason !== '' && reason !== said);
  const [sentence = said === '' ? text.verdict.noReason : null, ...more] = reasons;
  return { sentence, more };
}
