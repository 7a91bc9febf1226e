/** The load: the script's tool in a process group of its own, its lines in a file. Afterwards nothing of it lives, whatever happened. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Framework } from '../../templates/framework.ts';
import { memoryKills } from '../../server/process/memory-kills.ts';
import { openRunFolder } from '../../server/run/folder.ts';
import { howItEnded } from '../../server/run/how-it-ended.ts';
import { startIn } from '../../server/run/launch.ts';
import { type Mask, masker } from '../../server/run/masked.ts';
import { keepTail } from '../../server/run/tail.ts';
import { untilEnded } from '../../server/run/until-ended.ts';
import { within } from '../../server/run/within.ts';
import type { Script } from '../../server/script/generate.ts';
import type { ResolvedPlan } from '../../server/script/resolve.ts';
import type { ScriptConfig } from '../config.ts';
import type { Interruption } from './interruption.ts';

export interface Load {
  readonly framework: Framework;
  readonly tool: { readonly executable: string; readonly version: string };
  readonly script: Script;
  readonly plan: ResolvedPlan;
  /** That the script asks for. */
  readonly variables: Readonly<Record<string, string>>;
  /** Others that it reads when they are there. */
  readonly settings: Readonly<Record<string, string>>;
  /** Absolute; nothing is there yet. */
  readonly samples: string;
  readonly config: Pick<ScriptConfig, 'searchPath' | 'stopGraceMs'>;
  readonly interruption: Pick<Interruption, 'asked'>;
}

/** The script's own: it knows nothing of a baseline, nor how late the generator was, and two verdicts in one log are one too many. */
const OWN_VERDICT = 'LOADTEST_VERDICT ';

/** A tool needs some time before its first second, and after its last one. */
const AROUND_MS = 90_000;
const OVERDUE = 'overdue';
/** What it printed last is shown within this time. */
const DRAIN_MS = 2000;

/** @returns why the tool broke; null: it did not */
export async function runLoad({ framework, tool, script, plan, variables, settings, samples, config, interruption }: Load): Promise<string | null> {
  await using resources = new AsyncDisposableStack();
  const root = await mkdtemp(path.join(tmpdir(), 'load-test-'));
  resources.defer(() => rm(root, { recursive: true, force: true, maxRetries: 3 }));
  const folder = await openRunFolder(root, 'run', script, config.searchPath);
  const command = framework.run({ ...tool, folder: folder.path, entryFile: script.entryFile, fifo: samples });
  const env = { ...settings, ...variables, ...folder.environment, ...command.env, ...(command.samples === 'descriptor' ? { LOAD_TEST_SAMPLES: samples } : {}) };
  const kills = memoryKills();
  const program = startIn(folder, { ...command, env, graceMs: config.stopGraceMs, onTrouble: tellTrouble }, resources);
  const mask = masker(variables);
  const printed = { stdout: keepTail(program.stdout), stderr: keepTail(program.stderr) };
  const shown = Promise.all([show(program.stdout, process.stdout, mask), show(program.stderr, process.stderr, mask)]);

  const waiting = new AbortController();
  const overdue = delay(plan.durationMs + plan.longestIterationMs + AROUND_MS, OVERDUE, { signal: waiting.signal }).catch(() => OVERDUE);
  const { exit, asked } = await untilEnded(program, { asked: Promise.race([interruption.asked, overdue]), reading: Promise.resolve(), graceMs: () => config.stopGraceMs });
  waiting.abort();
  await within(DRAIN_MS, shown);
  if (asked === OVERDUE) return `${framework.name} was still running ${AROUND_MS / 1000} s after the end of its plan, and was ended.`;
  if (asked !== null || isFine(framework, exit)) return null;
  const outOfMemory = kills === null ? null : (memoryKills() ?? 0) > kills;
  return mask(howItEnded(framework, { exit, end: null, outOfMemory, by: 'this command', stdout: mask(printed.stdout.text()), stderr: mask(printed.stderr.text()) }, plan).message);
}

const isFine = (framework: Framework, exit: Parameters<Framework['ending']>[0]): boolean => exit.signal === null && ['ok', 'objectives_failed'].includes(framework.ending(exit));

async function show(from: Readable, to: Writable, mask: Mask): Promise<void> {
  for await (const line of createInterface({ input: from, crlfDelay: Number.POSITIVE_INFINITY })) if (!line.startsWith(OWN_VERDICT)) to.write(`${mask(line)}\n`);
}

function tellTrouble(error: unknown): void {
  process.stderr.write(`${(error as Error).message}\n`);
}
