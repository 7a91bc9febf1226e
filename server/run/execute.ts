/** One run from its folder to its verdict: named steps, read from top to bottom. */
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Framework } from '../../templates/framework.ts';
import type { Log } from '../../plugin/host.ts';
import type { Db } from '../db/client.ts';
import { Collector, phaseAt } from '../metrics/collector.ts';
import { endGroup } from '../process/end.ts';
import { openFifo } from '../process/fifo.ts';
import { isAlive, processOf } from '../process/group.ts';
import { type Exit, type Started, start } from '../process/start.ts';
import type { Script } from '../script/generate.ts';
import { scriptObjective } from '../script/objective.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { objectiveText } from '../verdict/assess.ts';
import { newWatch } from '../verdict/watch.ts';
import type { Asked, Endings } from './endings.ts';
import type { RunEvents } from './events.ts';
import { openRunFolder } from './folder.ts';
import { machine } from './machine.ts';
import { Recorder } from './recorder.ts';
import type { Ending, Run } from './run.ts';
import type { Sandbox } from './sandbox.ts';
import { type EndNews, settleSurely } from './settle.ts';
import { changeRun, LostRun, type RunChange, saveBatch } from './store.ts';
import { keepTail } from './tail.ts';
import { usageMeter } from './usage.ts';

export interface Job {
  readonly run: Run;
  readonly plan: ResolvedPlan;
  readonly script: Script;
  readonly framework: Framework;
  readonly executable: string;
  /** Variables that the script reads: held in memory only, for this run only. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface ExecuteOptions {
  readonly db: Db;
  readonly owner: string;
  readonly events: RunEvents;
  readonly log: Log;
  readonly runsFolder: string;
  readonly searchPath: string;
  readonly stopGraceMs: number;
  readonly sandbox: Sandbox;
}

/** Longest wait for the first line: interpreters start slowly on a busy machine. */
const BEGIN_WITHIN_MS = 60_000;
const SILENT_AFTER_MS = 10_000;
/** A tool may need so long after its plan to finish requests and to leave. */
const END_GRACE_MS = 15_000;
/** Bytes that a dead writer left in the pipe are read within this time. */
const DRAIN_MS = 2000;

/** Never rejects: whatever happens, the run is settled and no process of it lives. */
export async function executeRun(job: Job, options: ExecuteOptions, endings: Endings): Promise<void> {
  const { db, owner, events, log } = options;
  let { run } = job;
  const trouble = (error: unknown) => log.error({ err: error, runId: run.id }, 'a run had trouble');
  let changing: Promise<void> = Promise.resolve();
  /** One change after the other: each builds on the moves of the one before. */
  const change = (next: Change): Promise<void> => {
    const changed = changing.then(async () => {
      run = await changeRun(db, run, owner, next(run));
      events.changed(run.id);
    });
    changing = changed.catch(() => undefined);
    return changed;
  };
  let outcome: Outcome = { ending: { cause: 'internal_error', message: 'The server failed. Its log says more.', exitCode: null }, news: null };
  try {
    outcome = await conduct(job, options, endings, change, trouble);
  } catch (error) {
    trouble(error);
    if (error instanceof LostRun) outcome = { ...outcome, ending: { cause: 'owner_lost', message: 'Another server took this run over.', exitCode: null } };
  } finally {
    endings.close();
  }
  await changing;
  await settleSurely(db, run, owner, outcome.ending, outcome.news, trouble);
  events.changed(run.id);
}

interface Outcome {
  readonly ending: Ending;
  readonly news: EndNews | null;
}

/** What to change, given the run as it is when its turn comes. */
type Change = (run: Run) => RunChange;

async function conduct(job: Job, options: ExecuteOptions, endings: Endings, change: (next: Change) => Promise<void>, trouble: (error: unknown) => void): Promise<Outcome> {
  const { run, plan, framework } = job;
  const untouched = (asked: Asked): Outcome => ({ ending: { ...asked, exitCode: null }, news: null });
  const waited = endings.asked();
  if (waited) return untouched(waited);

  await change(() => ({ state: { to: 'starting', cause: 'turn_came' } }));
  await using resources = new AsyncDisposableStack();
  const folder = await openRunFolder(options.runsFolder, run.id, job.script, options.searchPath);
  // What cannot be cleaned up is no reason to lose what was measured.
  resources.defer(() => folder.remove().catch(trouble));
  const early = endings.asked();
  if (early) return untouched(early);

  const command = framework.run({ executable: job.executable, folder: folder.path, entryFile: job.script.entryFile, fifo: folder.fifo, ...(run.frameworkVersion ? { version: run.frameworkVersion } : {}) });
  const fifo = command.samples === 'fifo' ? await openFifo(folder.fifo) : null;
  if (fifo) resources.defer(() => void fifo.destroy());
  const tool = start({ ...options.sandbox.wrap(command, folder.base), cwd: folder.path, env: { ...job.variables, ...folder.environment, ...command.env }, descriptor: command.samples === 'descriptor', graceMs: options.stopGraceMs });
  // Whatever is thrown from here on: the group does not outlive this block.
  if (tool.pid !== null) resources.adopt(tool.pid, (group) => endGroup(group, 0).then(() => undefined, trouble));
  const output = { stdout: keepTail(tool.stdout), stderr: keepTail(tool.stderr) };

  let silent = endings.after(BEGIN_WITHIN_MS, 'tool_broke', `${framework.name} did not begin within ${BEGIN_WITHIN_MS / 1000} s.`);
  let unsaved: Asked | null = null;
  const windows = { steady: plan.steady, warmUpMs: plan.warmUpMs };
  const watch = newWatch(plan);
  using recorder = new Recorder({
    collector: new Collector({ ...windows, objectives: plan.objectives.map(scriptObjective) }),
    isSteady: (atMs) => phaseAt(windows, atMs) === 'steady',
    usage: tool.pid === null ? () => ({ cpuRatio: null, memoryBytes: null }) : usageMeter(tool.pid),
    onLine() {
      silent();
      if (!recorder.end) silent = endings.after(SILENT_AFTER_MS, 'reporter_silent', `${framework.name} sent no line for ${SILENT_AFTER_MS / 1000} s.`);
    },
    async onBegin(begin) {
      endings.after(plan.durationMs + plan.longestIterationMs + END_GRACE_MS, 'overdue', `${framework.name} was still running after its planned end.`);
      const started = { startedAt: new Date(begin.startedAt), frameworkVersion: begin.toolVersion };
      // Somebody may have asked for the end in the meantime.
      await change(({ state }) => (state === 'starting' ? { ...started, state: { to: 'running', cause: 'first_line' } } : started));
    },
    async save(batch, startedAt) {
      await saveBatch(options.db, run, options.owner, startedAt, batch);
      options.events.changed(run.id);
    },
    onClosed(batch, until) {
      const broken = watch?.brokenAt(batch, until) ?? null;
      if (broken !== null) endings.end('objective_broken', brokenMessage(plan, broken), broken);
    },
    onTrouble(error) {
      options.log.error({ err: error, runId: run.id }, 'results could not be stored');
      unsaved ??= { cause: error instanceof LostRun ? 'owner_lost' : 'internal_error', message: 'Results could not be stored, so the load was ended.' };
      endings.end(unsaved.cause, unsaved.message);
    },
  });
  const reading = recorder.read(samplesOf(tool, fifo));
  const { pid } = tool;
  if (pid !== null) await change(() => ({ process: { ...machine, group: pid, startTicks: processOf(pid)?.startTicks ?? 0, folder: folder.path, isolation: options.sandbox.isolation } }));

  const toolExit = tool.exit.then((exit) => options.sandbox.exitOf(exit));
  const exit = await Promise.race([toolExit, endings.first.then(() => null)]);
  const asked = exit === null ? endings.asked() : null;
  endings.close();
  // The load ends now, whether or not the database can be told.
  const told = asked ? change(({ state }) => (state === 'stopping' ? {} : { state: { to: 'stopping', cause: asked.cause } })).catch(trouble) : null;
  if (pid !== null && isAlive(pid)) await endGroup(pid, exit === null ? options.stopGraceMs : 1000);
  const ended = exit ?? (await toolExit);
  const drained = new AbortController();
  await Promise.race([reading, delay(DRAIN_MS, undefined, { signal: drained.signal }).catch(() => undefined)]);
  drained.abort();
  samplesOf(tool, fifo).destroy();
  await reading;
  await recorder.finish();
  await told;

  // The last results may have failed to be stored after the tool's own good end: then it is not a good end.
  const cause: Asked | null = asked ?? unsaved;
  const ending: Ending = cause ? { ...cause, exitCode: ended.code } : endingOf(framework, ended, recorder, output, plan);
  return { ending: { ...ending, message: masked(ending.message, job.variables) }, news: newsOf(recorder) };
}

function brokenMessage(plan: ResolvedPlan, index: number): string {
  const objective = plan.objectives[index];
  if (!objective) throw new Error(`the plan has no objective ${index}`);
  return `The load was ended: ${objectiveText(objective)} was broken over the last ${Math.round((objective.abortAfterMs ?? 0) / 1000)} s.`;
}

/** Shorter values are words that stand everywhere. */
const LEAST_SECRET = 4;

/** A message may quote what the tool printed, and that a token. */
function masked(message: string, variables: Job['variables']): string {
  return Object.values(variables).filter((value) => value.length >= LEAST_SECRET).reduce((text, value) => text.replaceAll(value, '***'), message);
}

function samplesOf(tool: Started, fifo: Readable | null): Readable {
  const stream = fifo ?? tool.descriptor;
  if (!stream) throw new Error('a tool writes its samples to descriptor 3 or to a FIFO');
  return stream;
}

/** The tool ended and nobody had asked it to. */
function endingOf(framework: Framework, exit: Exit, recorder: Recorder, output: { stdout: { text(): string }; stderr: { text(): string } }, plan: ResolvedPlan): Ending {
  const said = () => framework.problemFrom(output.stderr.text(), output.stdout.text());
  const ending = ({ cause, message }: Asked): Ending => ({ cause, message, exitCode: exit.code });
  if (exit.failure !== null) return ending({ cause: 'tool_broke', message: `${framework.name} could not be started: ${exit.failure}` });
  if (exit.signal !== null) return ending({ cause: 'tool_killed', message: `${framework.name} was ended by ${exit.signal}, and not by this server.` });
  const how = framework.ending(exit);
  if (how === 'interrupted') return ending({ cause: 'tool_killed', message: `${framework.name} was interrupted, and not by this server.` });
  if (how === 'broke') return ending({ cause: 'tool_broke', message: `${framework.name} ended with exit code ${exit.code}${said() ? `: ${said()}` : '.'}` });
  if (!recorder.end) return ending({ cause: 'tool_broke', message: `${framework.name} ended without telling its result${said() ? `: ${said()}` : '.'}` });
  if (recorder.end.cause === 'exhausted')
    return ending({ cause: 'rows_ran_out', message: 'The rows of the data set, each used once, ran out before the plan was over: give more rows, or another order.' });
  const { maxIterations } = plan.load;
  return ending({ cause: 'planned_end', message: maxIterations === null ? `The plan ran to its end (${Math.round(plan.durationMs / 1000)} s).` : `All ${maxIterations} iterations of the plan were run.` });
}

function newsOf(recorder: Recorder): EndNews | null {
  const { begin, end, lag } = recorder;
  if (!begin) return null;
  return {
    iterationsStarted: end?.iterationsStarted ?? null,
    iterationsDropped: end?.dropped ?? 0,
    iterationsInterrupted: end?.interrupted ?? 0,
    inFlightAtEnd: end?.inFlight ?? null,
    linesUnreadable: recorder.unreadable,
    linesLost: end?.linesLost ?? 0,
    durationMs: recorder.lastLineMs,
    latenessP99Ms: lag.count > 0 ? lag.atRank(Math.ceil(0.99 * lag.count)) / 1000 : null,
  };
}
