/** The load of a run: named steps, read from top to bottom. Its folder, its tool, what ends it, and what is left to tell. */
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Collector, phaseAt } from '../metrics/collector.ts';
import { endGroup } from '../process/end.ts';
import { openFifo } from '../process/fifo.ts';
import { isAlive, processOf } from '../process/group.ts';
import { start } from '../process/start.ts';
import { scriptObjective } from '../script/objective.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { objectiveText } from '../verdict/assess.ts';
import { newWatch } from '../verdict/watch.ts';
import type { Asked, Endings } from './endings.ts';
import type { ExecuteOptions, Job } from './execute.ts';
import { openRunFolder, type RunFolder } from './folder.ts';
import { howItEnded } from './how-it-ended.ts';
import { RunLog } from './log/log.ts';
import { machine } from './machine.ts';
import { masker } from './masked.ts';
import { Recorder } from './recorder.ts';
import type { RunRow } from './row.ts';
import type { Ending } from './run.ts';
import type { EndNews } from './settle.ts';
import { LostRun } from './store.ts';
import { keepTail } from './tail.ts';
import { usageMeter } from './usage.ts';
import { watchLimits } from './watch-limits.ts';

export interface Outcome {
  readonly ending: Ending;
  /** null: the tool never began. */
  readonly news: EndNews | null;
}

/** Longest wait for the first line: interpreters start slowly on a busy machine. */
const BEGIN_WITHIN_MS = 60_000;
const SILENT_AFTER_MS = 10_000;
/** A tool may need so long after its plan to finish requests and to leave. */
const END_GRACE_MS = 15_000;
/** What is left of a group whose leader has ended by itself is given so long. */
const LEFT_OVER_GRACE_MS = 1000;
/** Bytes that a dead writer left in the pipe are read within this time. */
const DRAIN_MS = 2000;

export async function conduct(job: Job, options: ExecuteOptions, endings: Endings, row: RunRow): Promise<Outcome> {
  const { plan, framework } = job;
  const untouched = (asked: Asked): Outcome => ({ ending: { ...asked, exitCode: null }, news: null });
  const waited = endings.asked();
  if (waited) return untouched(waited);

  await row.change(() => ({ state: { to: 'starting', cause: 'turn_came' } }));
  await using resources = new AsyncDisposableStack();
  const trouble = (error: unknown) => row.trouble(error);
  const folder = await openRunFolder(options.runsFolder, row.id, job.script, options.searchPath);
  // What cannot be cleaned up is no reason to lose what was measured.
  resources.defer(() => folder.remove().catch(trouble));
  const early = endings.asked();
  if (early) return untouched(early);

  const tool = await startTool(job, options, folder, row.frameworkVersion, resources);
  const { pid } = tool;
  // Whatever is thrown from here on: the group does not outlive this block.
  if (pid !== null) resources.adopt(pid, (group) => endGroup(group, 0).then(() => undefined, trouble));
  const output = { stdout: keepTail(tool.stdout), stderr: keepTail(tool.stderr) };
  const mask = masker(job.variables);
  await using log = new RunLog({ mask, store: (from, lines) => row.log(from, lines), onTrouble: trouble });
  for (const stream of [tool.stdout, tool.stderr]) log.add(stream);
  using _limits = pid === null ? null : watchLimits(options.limits, { toolName: framework.name, group: pid, folder: folder.base, printedBytes: () => log.bytes, onReached: (message) => endings.end('limit_reached', message), onTrouble: trouble });


  let unsaved: Asked | null = null;
  using recorder = recorderOf(job, endings, row, pid, (error) => {
    unsaved ??= error instanceof LostRun ? { cause: 'owner_lost', message: error.message } : { cause: 'internal_error', message: 'Results could not be stored, so the load was ended.' };
    endings.end(unsaved.cause, unsaved.message);
  });
  const reading = recorder.read(tool.samples);
  if (pid !== null) await row.change(() => ({ process: { ...machine, group: pid, startTicks: processOf(pid)?.startTicks ?? 0, folder: folder.path, isolation: options.sandbox.isolation } }));

  const toolExit = tool.exit.then((exit) => options.sandbox.exitOf(exit));
  const exit = await Promise.race([toolExit, endings.first.then(() => null)]);
  const asked = exit === null ? endings.asked() : null;
  endings.close();
  // The load ends now, whether or not the database can be told.
  const told = asked ? row.change(({ state }) => (state === 'stopping' ? {} : { state: { to: 'stopping', cause: asked.cause } })).catch(trouble) : null;
  if (pid !== null && isAlive(pid)) await endGroup(pid, exit === null ? options.stopGraceMs : LEFT_OVER_GRACE_MS);
  const ended = exit ?? (await toolExit);
  await within(DRAIN_MS, Promise.all([reading, tool.closed]));
  tool.samples.destroy();
  await reading;
  await recorder.finish();
  await told;

  // The last results may have failed to be stored after the tool's own good end: then it is not a good end.
  const cause: Asked = asked ?? unsaved ?? howItEnded(framework, { exit: ended, end: recorder.end, stdout: output.stdout.text(), stderr: output.stderr.text() }, plan);
  return { ending: { ...cause, message: mask(cause.message), exitCode: ended.code }, news: newsOf(recorder) };
}

async function startTool(job: Job, options: ExecuteOptions, folder: RunFolder, version: string | null, resources: AsyncDisposableStack) {
  const command = job.framework.run({ executable: job.executable, folder: folder.path, entryFile: job.script.entryFile, fifo: folder.fifo, ...(version ? { version } : {}) });
  const fifo = command.samples === 'fifo' ? await openFifo(folder.fifo) : null;
  if (fifo) resources.defer(() => void fifo.destroy());
  const env = { ...job.variables, ...folder.environment, ...command.env };
  const tool = start({ ...options.sandbox.wrap(command, folder.base), cwd: folder.path, env, descriptor: fifo === null, graceMs: options.stopGraceMs });
  const samples: Readable | null = fifo ?? tool.descriptor;
  if (!samples) throw new Error('a tool writes its samples to descriptor 3 or to a FIFO');
  return { ...tool, samples };
}

function recorderOf({ plan, framework }: Job, endings: Endings, row: RunRow, group: number | null, onTrouble: (error: unknown) => void): Recorder {
  const windows = { steady: plan.steady, warmUpMs: plan.warmUpMs };
  const watch = newWatch(plan);
  let silent = endings.after(BEGIN_WITHIN_MS, 'tool_broke', `${framework.name} did not begin within ${BEGIN_WITHIN_MS / 1000} s.`);
  const recorder = new Recorder({
    collector: new Collector({ ...windows, objectives: plan.objectives.map(scriptObjective) }),
    isSteady: (atMs) => phaseAt(windows, atMs) === 'steady',
    usage: group === null ? () => ({ cpuRatio: null, memoryBytes: null }) : usageMeter(group),
    onLine() {
      silent();
      if (!recorder.end) silent = endings.after(SILENT_AFTER_MS, 'reporter_silent', `${framework.name} sent no line for ${SILENT_AFTER_MS / 1000} s.`);
    },
    async onBegin(begin) {
      endings.after(plan.durationMs + plan.longestIterationMs + END_GRACE_MS, 'overdue', `${framework.name} was still running after its planned end.`);
      const started = { startedAt: new Date(begin.startedAt), frameworkVersion: begin.toolVersion };
      // Somebody may have asked for the end in the meantime.
      await row.change(({ state }) => (state === 'starting' ? { ...started, state: { to: 'running', cause: 'first_line' } } : started));
    },
    save: (batch, startedAt) => row.save(batch, startedAt),
    onClosed(batch, until) {
      const broken = watch?.brokenAt(batch, until) ?? null;
      if (broken !== null) endings.end('objective_broken', brokenMessage(plan, broken), broken);
    },
    onTrouble,
  });
  return recorder;
}

/** Waits for it, but not longer, and leaves no timer. */
async function within(ms: number, what: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([what, delay(ms, undefined, { signal: done.signal }).catch(() => undefined)]);
  done.abort();
}

function brokenMessage(plan: ResolvedPlan, index: number): string {
  const objective = plan.objectives[index];
  if (!objective) throw new Error(`the plan has no objective ${index}`);
  return `The load was ended: ${objectiveText(objective)} was broken over the last ${Math.round((objective.abortAfterMs ?? 0) / 1000)} s.`;
}

function newsOf({ begin, end, lag, unreadable, lastLineMs, requestsFolded }: Recorder): EndNews | null {
  if (!begin) return null;
  return {
    iterationsStarted: end?.iterationsStarted ?? null,
    iterationsDropped: end?.dropped ?? 0,
    iterationsInterrupted: end?.interrupted ?? 0,
    inFlightAtEnd: end?.inFlight ?? null,
    linesUnreadable: unreadable,
    linesLost: end?.linesLost ?? 0,
    durationMs: lastLineMs,
    latenessP99Ms: lag.count > 0 ? lag.atRank(Math.ceil(0.99 * lag.count)) / 1000 : null,
    requestsFolded,
  };
}
