/**
 * Tools that do the same work in short turns: one goes on while the others are frozen. What the machine takes from all of them alike, from second
 * to second, is in no ratio between them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { membersOf } from '../server/process/group.ts';

export interface Tool {
  readonly command: string;
  readonly folder: string;
  /** Where its program is found. */
  readonly bin: string;
  /** Somebody wants its lines. */
  readonly isRead: boolean;
}

/** Requests that were answered in each turn, for each second of processor time that the tool took meanwhile. */
export type Rates = readonly number[];

const TURN_MS = 500;
/** Tools start their users, and compile what they run. */
const WARM_UP_MS = 2500;
/** A tool that made no load by then makes none. */
const PATIENCE_MS = 30_000;

/** Each tool's turns. Throws when one of them makes no load, ends early, or writes lines that nobody wanted. */
export async function inTurns(tools: readonly Tool[], turns: number, answered: () => Promise<number>): Promise<Rates[]> {
  const started: Started[] = [];
  try {
    for (const tool of tools) {
      const one = start(tool);
      started.push(one);
      await loadFrom(one, answered);
      await delay(WARM_UP_MS);
      one.signal('SIGSTOP');
    }
    const rates = tools.map(() => [] as number[]);
    for (let turn = 0; turn < turns; turn++)
      // Whoever comes first finds another machine: they take turns in that, too.
      for (let i = 0; i < tools.length; i++) {
        const which = (turn + i) % tools.length;
        const one = started[which];
        if (one) rates[which]?.push(await rateOf(one, answered));
      }
    for (const { tool, bytes } of started) if (tool.isRead !== bytes() > 0) throw new Error(`${tool.command} wrote ${bytes()} bytes of lines`);
    return rates;
  } finally {
    await Promise.all(started.map((one) => one.end()));
  }
}

interface Started {
  readonly tool: Tool;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly cpuSeconds: () => number;
  readonly bytes: () => number;
  readonly end: () => Promise<void>;
}

function start(tool: Tool): Started {
  const env = { HOME: tool.folder, PATH: [tool.bin, path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter), ARTILLERY_DISABLE_TELEMETRY: '1', ...(tool.isRead ? { LOAD_TEST_SAMPLES: 'fd:3' } : {}) };
  const child = spawn('/bin/sh', ['-c', `exec ${tool.command}`], { cwd: tool.folder, env, detached: true, stdio: ['ignore', 'ignore', 'ignore', tool.isRead ? 'pipe' : 'ignore'] });
  const closed = once(child, 'close');
  let bytes = 0;
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const signal = (name: NodeJS.Signals) => process.kill(-groupOf(child, tool), name);
  return {
    tool,
    signal,
    cpuSeconds: () => secondsOf(groupOf(child, tool)),
    bytes: () => bytes,
    async end() {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await closed;
    },
  };
}

async function loadFrom(one: Started, answered: () => Promise<number>): Promise<void> {
  const [before, patience] = [await answered(), performance.now() + PATIENCE_MS];
  while ((await answered()) === before) {
    if (performance.now() > patience) throw new Error(`${one.tool.command} makes no load`);
    one.cpuSeconds();
    await delay(50);
  }
}

async function rateOf(one: Started, answered: () => Promise<number>): Promise<number> {
  const [before, cpuBefore] = [await answered(), one.cpuSeconds()];
  one.signal('SIGCONT');
  await delay(TURN_MS);
  one.signal('SIGSTOP');
  // The last answers are under way to nobody.
  await delay(10);
  return ((await answered()) - before) / (one.cpuSeconds() - cpuBefore);
}

function groupOf({ pid, exitCode }: ChildProcess, { command }: Tool): number {
  if (pid === undefined || exitCode !== null) throw new Error(`${command} ended with ${exitCode} before it was measured`);
  return pid;
}

/** Processor time of a group so far; Linux counts it in hundredths of a second. */
function secondsOf(group: number): number {
  const members = membersOf(group);
  if (!members || members.length === 0) throw new Error('the processor time of the tool is not known on this system');
  return members.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0) / 100;
}
