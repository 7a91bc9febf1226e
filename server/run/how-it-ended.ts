/** How a tool ended that nobody had asked to end: in words, and as the cause of the run's end. Pure. */
import type { Framework } from '../../templates/framework.ts';
import type { Exit } from '../process/start.ts';
import type { SampleLine } from '../samples/sample.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import type { Asked } from './endings.ts';
import { lastWords, type Printed, printedLast } from './last-words.ts';
import { ENDING_CAUSES, type EndingCause } from './state.ts';

export interface ToolEnd extends Printed {
  readonly exit: Exit;
  /** The last line of the protocol; null: it told none. */
  readonly end: Extract<SampleLine, { kind: 'end' }> | null;
  /** The system ended processes for want of memory while it ran; null, the default: it does not tell. */
  readonly outOfMemory?: boolean | null;
  /** Lines that were none of the protocol. Default 0. */
  readonly unreadable?: number;
  /** Who has started it. Default: this server. */
  readonly by?: string;
}

export function howItEnded(framework: Framework, { exit, end, outOfMemory = null, unreadable = 0, by = 'this server', ...printed }: ToolEnd, { load, durationMs }: Pick<ResolvedPlan, 'load' | 'durationMs'>): Asked {
  const { name, exitCodes } = framework;
  const said = () => lastWords(framework, printed) ?? '.';
  if (exit.failure !== null) return { cause: 'tool_broke', message: `${name} could not be started: ${exit.failure}` };
  if (exit.signal !== null) return { cause: 'tool_killed', message: `${name} was ended by ${exit.signal}, and not by ${by}${exit.signal === 'SIGKILL' ? forMemory(outOfMemory) : ''}${said()}` };
  const how = framework.ending(exit);
  if (how === 'interrupted') return { cause: 'tool_killed', message: `${name} was interrupted, and not by ${by}${said()}` };
  const inWords = exit.code === null ? undefined : (exitCodes[exit.code] ?? OF_THE_SYSTEM[exit.code]);
  const why = exit.code === KILLED ? forMemory(outOfMemory) : '';
  if (how === 'broke') return { cause: 'tool_broke', message: `${name} ended with exit code ${exit.code}${inWords ? ` (${inWords}${why})` : ''}${said()}` };
  if (!end) return { cause: 'tool_broke', message: `${name} ended without telling its result${unreadable > 0 ? `, and ${unreadable} of its lines could not be read` : ''}${said()}` };
  if (end.cause === 'exhausted') return { cause: 'rows_ran_out', message: 'The rows of the data set, each used once, ran out before the plan was over: give more rows, or another order.' };
  const { maxIterations } = load;
  return { cause: 'planned_end', message: maxIterations === null ? `The plan ran to its end (${Math.round(durationMs / 1000)} s).` : `All ${maxIterations} iterations of the plan were run.` };
}

/** Ends that were asked for because of the tool: what it printed last belongs to them. */
const BECAUSE_OF_THE_TOOL: readonly EndingCause[] = ['tool_broke', 'overdue', 'reporter_silent'];

/** The end that was asked for, with what the tool printed last: where that may be the reason, and of any other crash as all that is known of it. */
export function withLastWords(framework: Framework, asked: Asked, printed: Printed): Asked {
  const { cause, message } = asked;
  if (ENDING_CAUSES[cause] !== 'crashed') return asked;
  if (!BECAUSE_OF_THE_TOOL.includes(cause)) return { ...asked, message: `${message}${printedLast(framework.name, printed)}` };
  const said = lastWords(framework, printed);
  return said === null ? asked : { ...asked, message: `${message.replace(/\.$/, '')}${said}` };
}

/** What the shell and `env` say, in which tools are started; 128 + signal: of a program that the tool itself was started by. */
const KILLED = 137;
const OF_THE_SYSTEM: Readonly<Record<number, string>> = {
  126: 'the program may not be executed, or is none',
  127: 'the program was not found',
  134: 'it ended itself, SIGABRT',
  [KILLED]: 'ended by SIGKILL',
  139: 'a fault in its memory, SIGSEGV',
};

/** SIGKILL comes from somebody who may, or from the system. */
function forMemory(outOfMemory: boolean | null): string {
  if (outOfMemory === null) return ', perhaps because the machine had no memory left';
  return outOfMemory ? '; the system ended a process just then because there was no memory left: probably this one' : '';
}
