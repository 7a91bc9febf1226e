/** A run with the verdict of the server that it was brought to: only that one knows what the baseline measured. Pure. */
import type { Run } from '../../server/run/run.ts';
import type { ObjectiveResult } from '../../server/verdict/assess.ts';
import type { ReasonCode, Verdict } from '../../server/verdict/judge.ts';
import type { RunAnswer } from './questions.ts';

export function asJudged(run: Run, { verdict, verdictReasons, verdictReasonCodes, objectives }: RunAnswer): Run {
  const { result } = run;
  if (result === null || verdict === null) return run;
  return {
    ...run,
    verdict: lower(verdict),
    result: {
      ...result,
      verdictReasons,
      verdictReasonCodes: verdictReasonCodes as readonly ReasonCode[],
      objectives: result.objectives.map((objective, i): ObjectiveResult => {
        const judged = objectives[i];
        return judged ? { ...objective, ...Object.fromEntries(JUDGED.map((field) => [field, judged[field]])), verdict: lower(judged.verdict) } : objective;
      }),
    },
  };
}

/** Of objectives that are held to a baseline, where nobody could be asked for one. */
export function withoutBaseline(run: Run): Run {
  const { result } = run;
  if (result === null) return run;
  const reason = 'It is held to the baseline, which only the server knows, and that could not be asked.';
  const instead = new Map(result.objectives.flatMap((objective) => (objective.reasonCode === 'no_baseline' ? [[objective.reason, reason]] : [])));
  const known = (said: string) => instead.get(said) ?? said;
  return { ...run, result: { ...result, objectives: result.objectives.map((objective) => ({ ...objective, reason: known(objective.reason) })), verdictReasons: result.verdictReasons.map(known) } };
}

/** The other fields of an objective are the plan's. */
const JUDGED = ['measured', 'baseline', 'margin', 'samples', 'needed', 'slower', 'allowed', 'reasonCode', 'reason'];

const lower = (verdict: string): Verdict => verdict.toLowerCase() as Verdict;
