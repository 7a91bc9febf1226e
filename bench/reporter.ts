/**
 * What it costs that a tool reports each request: the same script, with and without somebody who wants its lines, in short turns, against a target
 * that does nothing but answer. A tool works on one core: what counts is how many requests it makes in a second of its own processor time, so that
 * others on the machine take nothing from it. With its lines it must reach 97 % of what the bare tool reaches. The shortest script that makes the
 * same requests is told beside it: it reads no answer and judges nothing, so it is no limit (decision 0019). A limit that is missed, or that could
 * not be told from being kept, is told, and the exit code is 1.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { frameworks } from '../templates/index.ts';
import { scriptInput, writeBundle } from '../tests/helpers/bundle.ts';
import { toolPath } from '../tests/helpers/places.ts';
import { shortestScripts } from './_shortest.ts';
import { inTurns, type Rates } from './_turns.ts';

const SHARE = 0.97;
const TURNS = 60;
const USERS = 10;
/** Longer than what is measured of it: then it is ended. */
const DURATION_MS = 600_000;
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
  const folders = { shortest: await writeBundle({ ...ours, ...shortest }), bare: await writeBundle(ours), reporting: await writeBundle(ours) };
  const bin = await mkdtemp(path.join(tmpdir(), 'bin-'));
  await symlink(executable, path.join(bin, framework.tool.executable));
  const rates = await inTurns(
    KINDS.map((kind) => ({ command: (kind === 'shortest' ? shortest : ours).command, folder: folders[kind], bin, isRead: kind === 'reporting' })),
    TURNS,
    answered,
  );
  const [ofShortest = [], ofBare = [], ofReporting = []] = rates;
  const [share, ofTheShortest] = [shareOf(ofReporting, ofBare), shareOf(ofBare, ofShortest)];
  const told = ({ mean, margin }: Share) => `${(mean * 100).toFixed(1)} % ± ${(margin * 100).toFixed(1)}`;
  console.log(`${framework.name}: ${(sum(ofReporting) / TURNS).toFixed(0)} requests for each second of its processor time with its lines, ${told(share)} of the same script without; that one reaches ${told(ofTheShortest)} of the shortest script`);
  if (share.mean + share.margin < SHARE) missed.push(`MISSED: ${framework.name} with its reporter reaches ${told(share)} of the bare tool's rate, at least ${SHARE * 100} %`);
  else if (share.mean - share.margin < SHARE) missed.push(`UNCLEAR: ${framework.name} with its reporter reaches ${told(share)} of the bare tool's rate, at least ${SHARE * 100} %: on a quiet machine it can be told`);
  await Promise.all([...Object.values(folders), bin].map((made) => rm(made, { recursive: true })));
}
target.disconnect();

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;

async function answered(): Promise<number> {
  const told = once(target, 'message') as Promise<[{ answered: number }]>;
  target.send('how many');
  return (await told)[0].answered;
}

interface Share {
  readonly mean: number;
  /** Two standard errors. */
  readonly margin: number;
}

/** Of turns that followed each other: each pair saw the same machine. */
function shareOf(some: Rates, others: Rates): Share {
  const shares = some.map((rate, turn) => rate / (others[turn] ?? Number.NaN));
  const mean = sum(shares) / shares.length;
  const variance = sum(shares.map((share) => (share - mean) ** 2)) / (shares.length - 1);
  return { mean, margin: 2 * Math.sqrt(variance / shares.length) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A machine that does something else measures that; but not for ever. */
async function quiet(): Promise<void> {
  for (let waited = 0; (loadavg()[0] ?? 0) > availableParallelism() && waited < 60; waited += 5) {
    if (waited === 0) console.log('the machine is busy: waiting until it is not');
    await delay(5000);
  }
}
