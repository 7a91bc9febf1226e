/** The end of a tool, by itself or because somebody asked for it. Afterwards nobody of its group lives, and all that it wrote is read. */
import type { Exit } from '../process/start.ts';
import type { Launched } from './launch.ts';
import { within } from './within.ts';

export interface UntilEnded<Asked extends object | string> {
  /** Settles when somebody wants its end; never rejects. */
  readonly asked: Promise<Asked>;
  /** Settles when what it writes is read, or destroyed; never rejects. */
  readonly reading: Promise<void>;
  graceMs(asked: Asked): number;
  /** Called before anything is ended or waited for. null: it has ended by itself. */
  onOver?(asked: Asked | null): void;
}

/** What is left of a group whose leader has ended by itself is given so long. */
const LEFT_OVER_GRACE_MS = 1000;
/** Bytes that a dead writer left in the pipe are read within this time. */
const DRAIN_MS = 2000;

/** `asked`: what came first, if that was not its own end. */
export async function untilEnded<Asked extends object | string>(tool: Pick<Launched, 'exit' | 'closed' | 'end'> & Partial<Pick<Launched, 'samples'>>, { asked: isAsked, reading, graceMs, onOver }: UntilEnded<Asked>): Promise<{ readonly exit: Exit; readonly asked: Asked | null }> {
  const { asked } = await Promise.race([tool.exit.then(() => ({ asked: null })), isAsked.then((asked) => ({ asked }))]);
  onOver?.(asked);
  await tool.end(asked === null ? LEFT_OVER_GRACE_MS : graceMs(asked));
  const exit = await tool.exit;
  await within(DRAIN_MS, Promise.all([reading, tool.closed]));
  tool.samples?.destroy();
  await reading;
  return { exit, asked };
}
