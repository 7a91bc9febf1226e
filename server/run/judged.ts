/** What the objectives of a run came to: by its own counts, or by what a tool told of it. Pure. */
import type { Assessment } from '../verdict/assess.ts';
import type { Run } from './run.ts';

export type JudgedObjectives = Pick<Assessment, 'objectives' | 'reasons' | 'reasonCodes'>;

/** Empty: it is not judged yet, or ended without a result. */
export function judgedOf({ result, imported }: Pick<Run, 'result' | 'imported'>): JudgedObjectives {
  if (result) return { objectives: result.objectives, reasons: result.verdictReasons, reasonCodes: result.verdictReasonCodes ?? [] };
  return imported?.told?.assessment ?? { objectives: [], reasons: [], reasonCodes: [] };
}
