/** How a run ended that was made elsewhere, by what its lines tell. Pure. */
import type { ResolvedPlan } from '../../script/resolve.ts';
import type { Asked } from '../endings.ts';
import type { Gathered } from './gather.ts';

/** Of its lines the last one is missing. */
const CUT = 'These results end before the run did: they have no last line.';

/** By the sample protocol: a script tells in its last line why it ended. */
export function howOwnEnded({ end, broken }: Pick<Gathered, 'end' | 'broken'>): Asked {
  switch (end?.cause) {
    case undefined:
      return { cause: 'results_cut', message: CUT };
    case 'planned':
      return { cause: 'planned_end', message: 'The plan ran to its end.' };
    case 'exhausted':
      return { cause: 'rows_ran_out', message: 'The rows of the data set, each used once, ran out before the plan was over: give more rows, or another order.' };
    case 'objective':
      return broken === null ? { cause: 'stop_asked', message: 'The script gave up on an objective; which one, its lines do not show.' } : { cause: 'objective_broken', ...broken };
    case 'broke':
      return { cause: 'tool_broke', message: 'The script failed where it ran: what it printed there says why.' };
    default:
      return { cause: 'stop_asked', message: 'It was interrupted where it ran.' };
  }
}

/** Tools tell of the last request, and a plan with a think time may end without one. */
const NEARLY_ALL = 0.95;

/** By what a tool wrote of itself: why it ended stands nowhere, only when. @param lastMs null: not even that */
export function howToldEnded({ durationMs, load }: ResolvedPlan, lastMs: number | null, isCut: boolean): Asked {
  if (lastMs === null) return { cause: 'planned_end', message: 'How long the run took these results do not tell.' };
  if (isCut) return { cause: 'results_cut', message: 'These results end within a line: the rest of them is missing.' };
  if (load.maxIterations !== null || lastMs >= NEARLY_ALL * durationMs) return { cause: 'planned_end', message: 'The results reach to the end of the plan.' };
  return { cause: 'results_cut', message: `The last result is of second ${Math.floor(lastMs / 1000)}, and the plan lasts ${Math.round(durationMs / 1000)} s: the run ended early, or the results are not all there.` };
}
