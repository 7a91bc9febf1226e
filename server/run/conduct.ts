/** The load of a run: named steps, read from top to bottom. Its folder, its tool, what ends it, and what is left to tell. */
import { availableParallelism } from 'node:os';
import type { Framework } from '../../templates/framework.ts';
import { Collector, phaseAt } from '../metrics/collector.ts';
import { startTicksOf } from '../process/group.ts';
import { memoryKills } from '../process/memory-kills.ts';
import { isExecutable } from '../process/start.ts';
import { scriptObjective } from '../script/objective.ts';
import { earlyAbortOf } from './early-abort.ts';
import type { Asked, Endings } from './endings.ts';
import type { ExecuteOptions, Job } from './execute.ts';
import { openRunFolder } from './folder.ts';
import { howItEnded, withLastWords } from './how-it-ended.ts';
import { launch } from './launch.ts';
import { RunLog } from './log/log.ts';
import { machine } from './machine.ts';
import { masker } from './masked.ts';
import { LostRun } from './ownership/lost-run.ts';
import { Recorder } from './recorder.ts';
import type { RunRow } from './row/row.ts';
import type { Ending } from './run.ts';
import type { EndNews } from './settle.ts';
import { selfCheck } from './self-check.ts';
import { isWorthACheck } from './self-check-plan.ts';
import { keepTail } from './tail.ts';
import { usageMeter } from './usage.ts';
import { watchLimits } from './watch-limits.ts';
import { within } from './within.ts';

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
/** The load of a run that was lost is over before another server may take the run: it is given no more than this. */
const LOST_GRACE_MS = 2000;
/** Bytes that a dead writer left in the pipe are read within this time. */
const DRAIN_MS = 2000;

export async function conduct(job: Job, options: ExecuteOptions, endings: Endings, row: RunRow): Promise<Outcome> {
  const { plan, framework } = job;
  const untouched = (asked: Asked): Outcome => ({ ending: { ...asked, exitCode: null }, news: null });
  const waited = endings.asked();
  if (waited) return untouched(waited);

  const checks = options.selfCheck && isWorthACheck(plan);
  await row.change(() => ({ state: { to: 'starting', cause: checks ? 'self_check' : 'turn_came' } }));
  const checked = checks ? await selfCheck(job, options, endings, row) : null;
  await using resources = new AsyncDisposableStack();
  const trouble = (error: unknown) => row.trouble(error);
  const folder = await openRunFolder(options.runsFolder, row.id, job.script, options.searchPath);
  // What cannot be cleaned up is no reason to lose what was measured.
  resources.defer(() => folder.remove().catch(trouble));
  const early = endings.asked();
  if (early) return untouched(early);
  if (!isExecutable(job.executable)) return untouched({ cause: 'tool_broke', message: `${framework.name} could not be started: there is no program at ${job.executable} any more.` });

  const kills = memoryKills();
  // Whatever is thrown from here on: the group does not outlive this block.
  const tool = await launch({ ...job, ...options, version: row.frameworkVersion, entryFile: job.script.entryFile, folder, onTrouble: trouble }, resources);
  const { pid } = tool;
  const output = { stdout: keepTail(tool.stdout), stderr: keepTail(tool.stderr) };
  const mask = masker(job.variables);
  await using log = new RunLog({ mask, store: (from, lines) => row.log(from, lines), onTrouble: trouble });
  for (const stream of [tool.stdout, tool.stderr]) log.add(stream);
  using _limits = pid === null ? null : watchLimits(options.limits, { toolName: framework.name, group: pid, folder: folder.base, printedBytes: () => log.bytes, onReached: (message) => endings.end('limit_reached', message), onTrouble: trouble });

  let unsaved: Asked | null = null;
  const unstored = (error: unknown) => {
    unsaved ??= error instanceof LostRun ? { cause: 'owner_lost', message: error.message } : { cause: 'internal_error', message: 'Results could not be stored, so the load was ended.' };
    // After the tool's last line the load is over: it ends by itself.
    if (!recorder.end) endings.end(unsaved.cause, unsaved.message);
  };
  using recorder = recorderOf(job, options, endings, row, pid, unstored);
  const reading = recorder.read(tool.samples);
  // A database that is away now must not keep the load from being ended.
  const recorded = pid === null ? null : row.change(() => ({ process: { ...machine, group: pid, startTicks: startTicksOf(pid), folder: folder.path, isolation: options.sandbox.isolation, cores: coresOf(framework), ...(checked ? { selfCheck: checked } : {}) } })).catch(unstored);

  const exit = await Promise.race([tool.exit, endings.first.then(() => null)]);
  const asked = exit === null ? endings.asked() : null;
  endings.close();
  // The load ends now, whether or not the database can be told.
  const told = asked ? row.change(({ state }) => (state === 'stopping' ? {} : { state: { to: 'stopping', cause: asked.cause } })).catch(trouble) : null;
  await tool.end(exit === null ? graceOf(asked, options.stopGraceMs) : LEFT_OVER_GRACE_MS);
  const ended = exit ?? (await tool.exit);
  await within(DRAIN_MS, Promise.all([reading, tool.closed]));
  tool.samples.destroy();
  await reading;
  await recorder.finish();
  await recorded;
  await told;

  // The last results may have failed to be stored after the tool's own good end: then it is not a good end.
  // Masked before it is cut: half of a token would not be known again.
  const printed = { stdout: mask(output.stdout.text()), stderr: mask(output.stderr.text()) };
  const outOfMemory = kills === null ? null : (memoryKills() ?? 0) > kills;
  const first = asked ?? unsaved;
  const cause: Asked = first ? withLastWords(framework, first, printed) : howItEnded(framework, { exit: ended, end: recorder.end, outOfMemory, unreadable: recorder.unreadable, ...printed }, plan);
  return { ending: { ...cause, message: mask(cause.message), exitCode: ended.code }, news: newsOf(recorder) };
}

function recorderOf({ plan, framework }: Job, { beginWithinMs = BEGIN_WITHIN_MS }: ExecuteOptions, endings: Endings, row: RunRow, group: number | null, onTrouble: (error: unknown) => void): Recorder {
  const windows = { steady: plan.steady, warmUpMs: plan.warmUpMs };
  const earlyAbort = earlyAbortOf(plan);
  let silent = endings.after(beginWithinMs, 'tool_broke', `${framework.name} did not begin within ${beginWithinMs / 1000} s.`);
  const recorder = new Recorder({
    collector: new Collector({ ...windows, objectives: plan.objectives.map(scriptObjective) }),
    clock: framework.clock,
    isSteady: (atMs) => phaseAt(windows, atMs) === 'steady',
    usage: group === null ? () => ({ cpuRatio: null, memoryBytes: null }) : usageMeter(group),
    onLines() {
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
      const broken = earlyAbort(batch, until, recorder.end !== null);
      if (broken !== null) endings.end('objective_broken', broken.message, broken.objective);
    },
    onTrouble,
  });
  return recorder;
}

const graceOf = (asked: Asked | null, stopGraceMs: number): number => (asked?.cause === 'owner_lost' ? Math.min(stopGraceMs, LOST_GRACE_MS) : stopGraceMs);

const coresOf = ({ cores }: Framework): number => (cores === 'one' ? 1 : availableParallelism());

function newsOf({ begin, end, clockStepMs, lag, unreadable, lastLineMs, requestsFolded }: Recorder): EndNews | null {
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
    clockStepMs,
  };
}
