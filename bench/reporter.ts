/**
 * What it costs a tool to report each request: the same script with its lines read and with nobody who wants them, in turns, against a target
 * that does nothing but answer. With them a tool must reach 97 % of the rate. A limit that is missed is told, and the exit code is 1.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { frameworks } from '../templates/index.ts';
import { scriptInput, writeBundle } from '../tests/helpers/bundle.ts';
import { toolPath } from '../tests/helpers/places.ts';

const SHARE = 0.97;
const PAIRS = 7;
const DURATION_MS = 6000;
const USERS = 10;
/** k6 writes to its console, whether anybody wants it or not, and its rate is not limited by one core. */
const MEASURED = ['locust', 'artillery'];

await quiet();
const target = fork(path.join(import.meta.dirname, '_echo.ts'));
const [port] = (await once(target, 'message')) as [number];
const url = `http://127.0.0.1:${port}`;

const missed: string[] = [];
for (const framework of frameworks.filter(({ key }) => MEASURED.includes(key))) {
  const executable = await toolPath(framework.key);
  if (executable === null) {
    console.log(`${framework.name} was not found: it is not measured`);
    continue;
  }
  const bundle = framework.generate(scriptInput(url, { stages: [{ durationMs: 0, target: USERS }, { durationMs: DURATION_MS, target: USERS }], maxUsers: USERS, durationMs: DURATION_MS, steady: [[0, DURATION_MS]] }));
  const folder = await writeBundle(bundle);
  const bin = await mkdtemp(path.join(tmpdir(), 'bin-'));
  await symlink(executable, path.join(bin, framework.tool.executable));
  const rates = { bare: [] as number[], read: [] as number[] };
  for (let pair = 0; pair < PAIRS; pair++)
    // Whoever comes first in a pair finds another machine: they take turns in that, too.
    for (const which of pair % 2 === 0 ? (['bare', 'read'] as const) : (['read', 'bare'] as const)) rates[which].push(await rateOf(bundle.command, folder, bin, which === 'read'));
  const [bare, read] = [median(rates.bare), median(rates.read)];
  const share = read / bare;
  console.log(`${framework.name}: ${bare.toFixed(0)}/s bare, ${read.toFixed(0)}/s with its lines read = ${(share * 100).toFixed(1)} %`);
  console.log(`  bare ${rates.bare.map((rate) => rate.toFixed(0)).join(' ')}; read ${rates.read.map((rate) => rate.toFixed(0)).join(' ')}`);
  if (!(share >= SHARE)) missed.push(`MISSED: ${framework.name} reaches ${(share * 100).toFixed(1)} % of its rate when its lines are read, at least ${SHARE * 100} %`);
  await Promise.all([folder, bin].map((made) => rm(made, { recursive: true })));
}
target.disconnect();

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;

/** Answered requests per second of one run. */
async function rateOf(command: string, folder: string, bin: string, isRead: boolean): Promise<number> {
  await fetch(url);
  const env = { HOME: folder, PATH: [bin, path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter), ARTILLERY_DISABLE_TELEMETRY: '1', ...(isRead ? { LOAD_TEST_SAMPLES: 'fd:3' } : {}) };
  const tool = spawn('/bin/sh', ['-c', `exec ${command}`], { cwd: folder, env, stdio: ['ignore', 'ignore', 'ignore', isRead ? 'pipe' : 'ignore'] });
  let bytes = 0;
  tool.stdio[3]?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const [code] = (await once(tool, 'close')) as [number | null];
  const answered = Number(await (await fetch(url)).text());
  if (answered === 0 || isRead !== bytes > 0) throw new Error(`${command} ended with ${code} after ${answered} answers and ${bytes} bytes of lines`);
  return answered / (DURATION_MS / 1000);
}

/** A machine that does something else measures that; but not for ever. */
async function quiet(): Promise<void> {
  for (let waited = 0; (loadavg()[0] ?? 0) > availableParallelism() && waited < 600; waited += 10) {
    if (waited === 0) console.log('the machine is busy: waiting until it is not');
    await delay(10_000);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
