/**
 * One suite for all frameworks: runs a bundle by hand, with the real tool, in a clean shell, and gives back all that it told, beside what
 * the demo target knows. A test here never asks which framework it is, only what its tool can do (`Abilities`).
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import PQueue from 'p-queue';
import { afterAll, describe, expect } from 'vitest';
import { type DemoTargetApart, startDemoTargetApart } from '../../plugin/demo/apart.ts';
import type { DemoTargetOptions } from '../../plugin/demo/target.ts';
import type { Truth } from '../../plugin/demo/truth.ts';
import { parseLine } from '../../server/samples/parse.ts';
import type { SampleLine } from '../../server/samples/sample.ts';
import { openTools } from '../../server/tools/tools.ts';
import { frameworks } from '../../templates/index.ts';
import type { Framework, ScriptFlow, ScriptInput, ScriptPlan } from '../../templates/framework.ts';
import { fourth } from '../fourth/index.ts';
import { fewFailures, type HandRun, runByHand, scriptInput, writeBundle } from './bundle.ts';
import { long } from './long.ts';
import { explicit, searchPath, toolsFolder } from './places.ts';
import { until } from './until.ts';

export type Line<K extends SampleLine['kind']> = Extract<SampleLine, { kind: K }>;

export interface Lines {
  readonly begin: Line<'begin'> | undefined;
  readonly requests: readonly Line<'request'>[];
  readonly executions: readonly Line<'execution'>[];
  readonly gauges: readonly Line<'gauge'>[];
  readonly end: Omit<Line<'end'>, 'kind'> | undefined;
}

export interface Run extends HandRun, Lines {
  readonly folder: string;
  /** The table of the objectives, without the last line. */
  readonly table: readonly string[];
}

/** Where tools differ whatever a script does. */
interface Abilities {
  /** A script by hand can stop the test at an objective: not where virtual users share no memory. */
  readonly stopsAtObjectives: boolean;
  /** The command, and what is set for it, so that the lines go to a file. */
  linesInto(command: string, file: string): { readonly command: string; readonly env: Readonly<Record<string, string>> };
}

export interface Subject extends Abilities {
  readonly framework: Framework;
  /** null: the tool is not there. */
  readonly executable: string | null;
  run(input: ScriptInput, options?: RunOptions): Promise<Run>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called once with the process, when a request has been reported. */
  readonly during?: (pid: number) => void | Promise<void>;
  /** Called once with the process, when it has begun to write lines: for a target that answers nothing. */
  readonly begun?: (pid: number) => void | Promise<void>;
  /** Changes a file of the bundle before it runs: the one of this path, or of such a one. */
  readonly edit?: readonly [file: string | RegExp, from: string | RegExp, to: string];
  /** What stands before the command line. */
  readonly prefix?: readonly string[];
  /** Default: in a file. */
  readonly samples?: 'file' | 'none';
}

/** All frameworks of the product, and one that only tests have. */
export const all: readonly Framework[] = [...frameworks, fourth];
const tools = openTools({ toolsFolder, searchPath, explicit }, new Map(), all);

/** Side by side, so many tools at once: most of the time they wait for the end of their plans. */
const ATONCE = new PQueue({ concurrency: availableParallelism() + 2 });

const QUIET = { ARTILLERY_DISABLE_TELEMETRY: '1', K6_NO_USAGE_REPORT: 'true' };

const ABLE: Abilities = { stopsAtObjectives: true, linesInto: (command, file) => ({ command, env: { LOAD_TEST_SAMPLES: file } }) };

/** k6: its virtual users share nothing, and none can write to a path; its command line can, as the bundle's README says. */
const LESS_ABLE: Readonly<Record<string, Abilities>> = {
  k6: {
    stopsAtObjectives: false,
    linesInto: (command, file) => ({ command: command.replace(/\bk6 run\b/, `k6 run --log-format raw --console-output ${file}`), env: { LOAD_TEST_SAMPLES: 'console' } }),
  },
};

export const subjects: readonly Subject[] = await Promise.all(
  all.map(async (framework): Promise<Subject> => {
    const found = await tools.find(framework.key);
    const executable = found.available ? found.executable : null;
    const abilities = LESS_ABLE[framework.key] ?? ABLE;
    return { framework, executable, ...abilities, run: (input, options = {}) => ATONCE.add(() => runWith({ framework, executable: executable ?? '', ...abilities }, input, options)) };
  }),
);

/** Without the one that only tests have, for what takes long or is looked at closely. */
export const products: readonly Subject[] = subjects.filter(({ framework }) => framework !== fourth);

/** For what each mechanism of its own must get right; the fourth, which only proves that nothing else is needed, comes in the long run. */
export const usual: readonly Subject[] = long ? subjects : products;

/** A block of tests for each framework; where its tool is missing they are skipped by name. */
export function eachFramework(define: (subject: Subject) => void, of: readonly Subject[] = subjects): void {
  for (const subject of of) {
    const { framework, executable } = subject;
    if (executable === null) describe.skip(`${framework.name} (its tool was not found):`, () => define(subject));
    else describe(`${framework.name}:`, () => define(subject));
  }
}

/** Tools that a test which was given up has left behind, with the file of their lines: where one was stuck is told. */
const running = new Map<number, string>();
afterAll(async () => {
  for (const [pid, file] of running)
    if (existsSync(`/proc/${pid}`)) {
      const lines = existsSync(file) ? (await readFile(file, 'utf8')).split('\n') : [];
      process.kill(pid, 'SIGKILL');
      console.error(`${path.dirname(file)} had not ended; the last of its ${lines.length} lines:\n${lines.slice(-6).join('\n')}`);
    }
});

type Tool = Pick<Subject, 'framework' | 'linesInto'> & { readonly executable: string };

/** Everything under one folder, which is gone afterwards. */
async function runWith({ framework, executable, linesInto }: Tool, input: ScriptInput, { env = {}, during, begun, edit, prefix = [], samples = 'file' }: RunOptions): Promise<Run> {
  const bundle = framework.generate(input);
  const folder = await writeBundle(bundle);
  if (edit) {
    const [which, from, to] = edit;
    const file = bundle.files.find((one) => (typeof which === 'string' ? one.path === which : which.test(one.path)));
    await edited(path.join(folder, file?.path ?? String(which)), from, to);
  }
  const bin = await mkdtemp(path.join(tmpdir(), 'bin-'));
  await symlink(executable, path.join(bin, framework.tool.executable));
  const file = path.join(folder, 'samples.ndjson');
  const written = (line: string) => until(`there is a line of the kind ${line}`, async () => existsSync(file) && (await readFile(file, 'utf8')).includes(`["${line}"`));
  const { command, env: toFile } = samples === 'file' ? linesInto(bundle.command, file) : { command: bundle.command, env: {} };
  const clean = { PATH: [bin, path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter), ...QUIET };
  let tool = 0;
  const line = prefix.length > 0 ? `${prefix.join(' ')} sh -c '${command}'` : command;
  const hand = await runByHand(folder, line, { ...clean, ...toFile, ...env }, (pid) => {
    tool = pid;
    running.set(pid, file);
    if (begun) void written('begin').then(() => begun(pid));
    if (during) void written('req').then(() => during(pid));
  });
  running.delete(tool);
  const lines = linesOf(existsSync(file) ? await readFile(file, 'utf8') : '');
  await Promise.all([folder, bin].map((made) => rm(made, { recursive: true, force: true })));
  return { ...hand, ...lines, folder, table: tableOf(hand.stdout) };
}

async function edited(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(from);
  await writeFile(file, text.replace(from, to));
}

export function linesOf(text: string): Lines {
  const lines = text.split('\n').filter(Boolean).map((line) => {
    const read = parseLine(line);
    if (!read) throw new Error(`not a line of the protocol: ${line}`);
    return read;
  });
  const of = <K extends SampleLine['kind']>(kind: K) => lines.filter((line): line is Line<K> => line.kind === kind);
  const last = lines.at(-1);
  if (lines[0] && lines[0].kind !== 'begin') throw new Error('the first line is not begin');
  const { kind, ...end } = last?.kind === 'end' ? last : { kind: null };
  return { begin: of('begin')[0], requests: of('request'), executions: of('execution'), gauges: of('gauge'), end: kind ? (end as Run['end']) : undefined };
}

function tableOf(stdout: string): string[] {
  const lines = stdout.trimEnd().split('\n');
  const from = lines.findIndex((line) => line.startsWith('verdict '));
  return from === -1 ? [] : lines.slice(from, -1);
}

/** How often each value comes. */
export function counted(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Outcomes of all executions, whether a request was one or several made it. */
export function executionOutcomes({ requests, executions }: Lines): Record<string, number> {
  return counted([...requests.filter(({ extra }) => extra.exec === true), ...executions].map(({ outcome }) => outcome));
}

export const requestOutcomes = ({ requests }: Lines, name?: string): Record<string, number> =>
  counted(requests.filter((r) => name === undefined || r.name === name).map(({ outcome }) => outcome));

export const requestNames = ({ requests }: Lines): Record<string, number> => counted(requests.map(({ name }) => name));

export const isNew = ({ extra }: Line<'request'>): boolean => extra.connectMicros !== undefined;

/** What a run that ended by its plan says at its end. */
export const planned = (iterationsStarted: number, dropped = 0) => ({ cause: 'planned', iterationsStarted, dropped, interrupted: 0, inFlight: 0, linesLost: 0 });

export const constant = (level: number, durationMs: number) => [{ durationMs: 0, target: level }, { durationMs, target: level }];

export const closed = (users: number, durationMs: number, more: Partial<ScriptPlan> = {}): Partial<ScriptPlan> =>
  ({ stages: constant(users, durationMs), maxUsers: users, durationMs, steady: [[0, durationMs]], ...more });

export const open = (rate: number, durationMs: number, more: Partial<ScriptPlan> = {}): Partial<ScriptPlan> =>
  ({ ...closed(Math.ceil(4 * rate), durationMs), model: 'open', stages: constant(rate, durationMs), plannedIterations: Math.floor((rate * durationMs) / 1000 + 1e-9), ...more });

/** So many iterations, one after the other or by several users; the plan's time is only a limit. */
export const iterations = (count: number, users = 1, more: Partial<ScriptPlan> = {}): Partial<ScriptPlan> =>
  closed(users, 30_000, { maxIterations: count, plannedIterations: count, ...more });

/** A Studio definition that makes the demo target behave as told. */
export const definition = (demo: object): string => JSON.stringify({ nodes: [{ id: 'a', type: 'PythonCodeNode', parameters: {} }], edges: [], metadata: { demo } });

/** A Studio that does with a definition what `demo` says. */
export const studio = (url: string, demo: object, plan: Partial<ScriptPlan>, flow: Partial<ScriptFlow> = {}, rest: Partial<ScriptInput> = {}): ScriptInput =>
  scriptInput(url, plan, flow, { data: { 'data/definition.json': definition(demo) }, ...rest });

/** For a plan that is not about latency. */
export const lenient: Partial<ScriptPlan> = { objectives: [fewFailures] };

/** Stopped at the end of the test's own scope: tests run side by side. */
export async function startTarget(options: DemoTargetOptions = {}): Promise<DemoTargetApart & AsyncDisposable> {
  const target = await startDemoTargetApart(options);
  return { ...target, [Symbol.asyncDispose]: () => target.stop() };
}

/** The least time between a request's start, as it is told, and its arrival: what is wrong with second 0, for a busy machine holds up only some. */
export function leastLagMs({ begin, requests }: Lines, truth: Truth): number {
  const starts = requests.map(({ startMicros }) => (begin?.startedAt ?? 0) + startMicros / 1000).sort((a, b) => a - b);
  const arrivals = truth.requests.map(({ arrivedAt }) => arrivedAt).sort((a, b) => a - b);
  expect(arrivals.length).toBe(starts.length);
  return Math.min(...arrivals.map((at, i) => at - (starts[i] ?? 0)));
}

/** Every request that the target received is exactly one line, or was in flight at the end; and the other way round. The same of connections. */
export function expectHonest(run: Run, truth: Truth): void {
  const { inFlight = 0, linesLost } = run.end ?? {};
  expect({ lines: run.requests.length + inFlight, lost: linesLost }).toEqual({ lines: truth.received, lost: 0 });
  const untold = truth.connections.opened - run.requests.filter(isNew).length;
  expect({ untold, most: inFlight }).toSatisfy(() => untold >= 0 && untold <= inFlight);
}

