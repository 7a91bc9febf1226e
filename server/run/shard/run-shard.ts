/** One share of a run, from its task to its last line: the same way that a run of this server goes, but that it is told in lines. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Framework } from '../../../templates/framework.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';
import type { Tools } from '../../tools/tools.ts';
import { conduct } from '../conduct.ts';
import { Endings } from '../endings.ts';
import type { ConductOptions } from '../execute.ts';
import { PrintedRun } from './printed-run.ts';
import { unpacked } from './task.ts';

export interface ShardOptions extends ConductOptions {
  readonly task: string;
  /** Number of this shard, from 0. */
  readonly index: number;
  readonly frameworks: readonly Framework[];
  readonly tools: Tools;
  /** Values of the variables that the script reads. */
  readonly environment: Readonly<Record<string, string>>;
  /** Aborted when it is asked to end; its reason says by whom, in a sentence. */
  readonly stopped: AbortSignal;
  print(line: string): void;
  complain(error: unknown): void;
}

/** A tool is started so long before its load, to wait with all that it needs at hand. */
const BEFORE_MS = 30_000;
const SAY_EVERY_MS = 1000;

/** Settles when all is over, and printed. Throws a sentence when there is nothing to run. */
export async function runShard({ task: text, index, frameworks, tools, environment, stopped, print, complain, ...options }: ShardOptions): Promise<void> {
  const { runId: id, framework, script, plan, variables: names, shards, startAt, deadlineAt } = unpacked(text, frameworks);
  if (index >= shards) throw new Error(`There are ${shards} shards, and this one was told to be number ${index}, counted from 0.`);
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) throw new Error(`These variables have no value here: ${missing.join(', ')}.`);
  const variables = Object.fromEntries(names.map((name) => [name, environment[name] ?? '']));
  const tool = await tools.find(framework.key);
  if (!tool.available) throw new Error(`${tool.problem} ${framework.tool.hint}`);

  const endings = new Endings();
  const stop = () => endings.end('stop_asked', stopped.reason instanceof Error ? stopped.reason.message : String(stopped.reason));
  stopped.addEventListener('abort', stop, { once: true });
  if (stopped.aborted) stop();
  const run = new PrintedRun({ id, shard: index, frameworkVersion: tool.version, print, complain });
  const waiting = setInterval(() => {
    if (!run.hasBegun) run.waiting();
  }, SAY_EVERY_MS);
  // Apart from the endings of the run: those are closed when it is over, and then its tool may still be there.
  const deadline = setTimeout(() => endings.end('overdue', 'This shard was still there at its deadline.'), until(deadlineAt));
  try {
    run.waiting();
    await delay(until(startAt - BEFORE_MS), undefined, { signal: endings.signal }).catch(() => {});
    const load = { framework, executable: tool.executable, plan: judgedElsewhere(plan), script, variables, environment: { LOAD_TEST_SHARD: `${index}/${shards}`, LOAD_TEST_START_AT: String(startAt) } };
    const { ending, news } = await conduct(load, options, endings, run);
    run.end(ending, news);
  } finally {
    endings.close();
    clearInterval(waiting);
    clearTimeout(deadline);
    stopped.removeEventListener('abort', stop);
  }
}

/** Milliseconds; of what is over none. */
const until = (moment: number): number => Math.max(0, moment - Date.now());

/** Who sees all shards stops a test early: one of them alone would by its own share. */
function judgedElsewhere(plan: ResolvedPlan): ResolvedPlan {
  return { ...plan, objectives: plan.objectives.map((objective) => ({ ...objective, abortAfterMs: null })) };
}
