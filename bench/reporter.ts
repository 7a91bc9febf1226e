/**
 * What it costs that a tool reports each request: the same script, with and without somebody who wants its lines, in turns, against a target that
 * does nothing but answer. A tool works on one core: what counts is how many requests it makes in a second of its own processor time, so that
 * others on the machine take nothing from it, and the best of each. With its lines it must reach 97 % of what the bare tool reaches. The shortest
 * script that makes the same requests is told beside it: it reads no answer and judges nothing, so it is no limit (decision 0019). A limit that is
 * missed is told, and the exit code is 1.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { membersOf } from '../server/process/group.ts';
import { frameworks } from '../templates/index.ts';
import { scriptInput, writeBundle } from '../tests/helpers/bundle.ts';
import { toolPath } from '../tests/helpers/places.ts';
import { shortestScripts } from './_shortest.ts';

const SHARE = 0.97;
const TURNS = 5;
/** Between the best two of the same kind. */
const MOST_DIFFERENCE = 0.02;
const USERS = 10;
/** Longer than what is measured of it: then it is ended. */
const DURATION_MS = 60_000;
/** A tool that made no load by then makes none. */
const PATIENCE_MS = 30_000;
const KINDS = ['shortest', 'bare', 'reporting'] as const;

await quiet();
const target = fork(path.join(import.meta.dirname, '_echo.ts'));
const [{ port }] = (await once(target, 'message')) as [{ port: number }];

const missed: string[] = [];
/** k6 writes to its console, whether anybody wants it or not, and its rate is not limited by one core. */
for (const framework of frameworks.filter(({ key }) => key in shortestScripts)) {
  const executable = await toolPath(framework.key);
  if (executable === null) {
    console.log(`${framework.name} was not found: it is not measured`);
    continue;
  }
  const input = scriptInput(`http://127.0.0.1:${port}`, { stages: [{ durationMs: 0, target: USERS }, { durationMs: DURATION_MS, target: USERS }], maxUsers: USERS, durationMs: DURATION_MS, steady: [[0, DURATION_MS]] });
  const shortest = shortestScripts[framework.key]?.(input) ?? { files: [], command: '' };
  const ours = framework.generate(input);
  const folders = { shortest: await writeBundle({ ...ours, ...shortest }), ours: await writeBundle(ours) };
  const bin = await mkdtemp(path.join(tmpdir(), 'bin-'));
  await symlink(executable, path.join(bin, framework.tool.executable));
  const rates = { shortest: [] as number[], bare: [] as number[], reporting: [] as number[] };
  for (let turn = 0; turn < TURNS; turn++)
    // Whoever comes first finds another machine: they take turns in that, too.
    for (let i = 0; i < KINDS.length; i++) {
      const kind = KINDS[(turn + i) % KINDS.length] ?? 'bare';
      rates[kind].push(await (kind === 'shortest' ? rateOf(shortest.command, folders.shortest, bin, false) : rateOf(ours.command, folders.ours, bin, kind === 'reporting')));
    }
  const most = Math.max(...rates.bare);
  for (const kind of KINDS) console.log(`${framework.name} ${kind}: ${Math.max(...rates[kind]).toFixed(0)}/s = ${((Math.max(...rates[kind]) / most) * 100).toFixed(1)} %   (${rates[kind].map((rate) => rate.toFixed(0)).join(' ')})`);
  const share = Math.max(...rates.reporting) / most;
  const differ = Math.max(...[rates.bare, rates.reporting].map(differenceOf));
  // What differs by more from turn to turn than is asked for tells nothing of it, for better or worse.
  if (differ > MOST_DIFFERENCE) missed.push(`UNCLEAR: turns of the same differ by ${(differ * 100).toFixed(0)} % here: on a quiet machine ${framework.name} can be measured`);
  else if (!(share >= SHARE)) missed.push(`MISSED: ${framework.name} with its reporter reaches ${(share * 100).toFixed(1)} % of the bare tool's rate, at least ${SHARE * 100} %`);
  await Promise.all([folders.shortest, folders.ours, bin].map((made) => rm(made, { recursive: true })));
}
target.disconnect();

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;

/** Requests that were answered in the middle of one run, for each second of processor time that the tool took meanwhile. */
async function rateOf(command: string, folder: string, bin: string, isRead: boolean): Promise<number> {
  target.send('begin');
  const env = { HOME: folder, PATH: [bin, path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter), ARTILLERY_DISABLE_TELEMETRY: '1', ...(isRead ? { LOAD_TEST_SAMPLES: 'fd:3' } : {}) };
  const tool = spawn('/bin/sh', ['-c', `exec ${command}`], { cwd: folder, env, detached: true, stdio: ['ignore', 'ignore', 'ignore', isRead ? 'pipe' : 'ignore'] });
  const closed = once(tool, 'close');
  let bytes = 0;
  tool.stdio[3]?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  try {
    const cpuSeconds = secondsOf(tool.pid);
    await newsOf(tool);
    const from = cpuSeconds();
    const { answered } = (await newsOf(tool)) as { answered: number };
    const took = cpuSeconds() - from;
    if (isRead !== bytes > 0) throw new Error(`${command} wrote ${bytes} bytes of lines`);
    return answered / took;
  } finally {
    if (tool.exitCode === null && tool.pid !== undefined) process.kill(-tool.pid, 'SIGKILL');
    await closed;
  }
}

/** What the target tells next. */
function newsOf(tool: ChildProcess): Promise<unknown> {
  const given = new AbortController();
  const signal = AbortSignal.any([given.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const told = once(target, 'message', { signal }).then(([news]) => news as unknown);
  const ended = once(tool, 'exit', { signal }).then(([code]): never => {
    throw new Error(`the tool ended with ${code} before it was measured`);
  });
  return Promise.race([told, ended]).finally(() => {
    for (const each of [told, ended]) each.catch(() => {});
    given.abort();
  });
}

/** Processor time of a group so far; Linux counts it in hundredths of a second. */
function secondsOf(group: number | undefined): () => number {
  return () => {
    const members = group === undefined ? null : membersOf(group);
    if (!members || members.length === 0) throw new Error('the processor time of the tool is not known on this system');
    return members.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0) / 100;
  };
}

function differenceOf(rates: readonly number[]): number {
  const [best = Number.NaN, next = Number.NaN] = [...rates].sort((a, b) => b - a);
  return 1 - next / best;
}

/** A machine that does something else measures that; but not for ever. */
async function quiet(): Promise<void> {
  for (let waited = 0; (loadavg()[0] ?? 0) > availableParallelism() && waited < 60; waited += 5) {
    if (waited === 0) console.log('the machine is busy: waiting until it is not');
    await delay(5000);
  }
}
