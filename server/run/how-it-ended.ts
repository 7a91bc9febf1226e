/** How a tool ended that nobody had asked to end: in words, and as the cause of the run's end. Pure. */
import type { Framework } from '../../templates/framework.ts';
import type { Exit } from '../process/start.ts';
import type { SampleLine } from '../samples/sample.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import type { Asked } from './endings.ts';

export interface ToolEnd {
  readonly exit: Exit;
  /** The last line of the protocol; null: it told none. */
  readonly end: Extract<SampleLine, { kind: 'end' }> | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function howItEnded(framework: Framework, { exit, end, stdout, stderr }: ToolEnd, { load, durationMs }: Pick<ResolvedPlan, 'load' | 'durationMs'>): Asked {
  const { name } = framework;
  const said = () => {
    const problem = framework.problemFrom(stderr, stdout);
    return problem ? `: ${problem}` : '.';
  };
  if (exit.failure !== null) return { cause: 'tool_broke', message: `${name} could not be started: ${exit.failure}` };
  if (exit.signal !== null) return { cause: 'tool_killed', message: `${name} was ended by ${exit.signal}, and not by this server.` };
  const how = framework.ending(exit);
  if (how === 'interrupted') return { cause: 'tool_killed', message: `${name} was interrupted, and not by this server.` };
  if (how === 'broke') return { cause: 'tool_broke', message: `${name} ended with exit code ${exit.code}${said()}` };
  if (!end) return { cause: 'tool_broke', message: `${name} ended without telling its result${said()}` };
  if (end.cause === 'exhausted') return { cause: 'rows_ran_out', message: 'The rows of the data set, each used once, ran out before the plan was over: give more rows, or another order.' };
  const { maxIterations } = load;
  return { cause: 'planned_end', message: maxIterations === null ? `The plan ran to its end (${Math.round(durationMs / 1000)} s).` : `All ${maxIterations} iterations of the plan were run.` };
}
