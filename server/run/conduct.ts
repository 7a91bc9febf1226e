/** The load of a run: named steps, read from top to bottom. Its folder, its tool, what ends it, and what is left to tell. */
import { availableParallelism } from 'node:os';
import type { Framework } from '../../templates/framework.ts';
import { startTicksOf } from '../process/group.ts';
import { memoryKills } from '../process/memory-kills.ts';
import { isExecutable } from '../process/start.ts';
import type { Asked, Endings } from './endings.ts';
import type { ConductOptions, Load } from './execute.ts';
import type { SelfCheck } from './floor.ts';
import { openRunFolder } from './folder.ts';
import { howItEnded, withLastWords } from './how-it-ended.ts';
import { launch } from './launch.ts';
import { RunLog } from './log/log.ts';
import { machine } from './machine.ts';
import { masker } from './masked.ts';
import { graceOf, neverBegan, stopping, untouched } from './moves.ts';
import { type EndNews, newsOf } from './news.ts';
import { recordingOf } from './recording.ts';
import type { RunRecord } from './record.ts';
import type { Ending, FleetCost } from './run.ts';
import { selfCheck } from './self-check.ts';
import { isWorthACheck } from './self-check-plan.ts';
import { keepTail } from './tail.ts';
import { untilEnded } from './until-ended.ts';
import { watchLimits } from './watch-limits.ts';

export interface Outcome {
  readonly ending: Ending;
  /** null: the tool never began. */
  readonly news: EndNews | null;
  /** Of a run in shards: what it took. Left out: nothing was ordered. */
  readonly spent?: FleetCost;
}

export async function conduct(job: Load, options: ConductOptions, endings: Endings, row: RunRecord): Promise<Outcome> {
  const { plan, framework } = job;
  const trouble = (error: unknown) => row.trouble(error);
  const waited = endings.asked();
  if (waited) return neverBegan(waited);
  const checked = await beginWithCheck(job, options, endings, row);

  await using resources = new AsyncDisposableStack();
  const folder = await openRunFolder(options.runsFolder, row.id, job.script, options.searchPath);
  // What cannot be cleaned up is no reason to lose what was measured.
  resources.defer(() => folder.remove().catch(trouble));
  const early = endings.asked() ?? noProgram(job);
  if (early) return untouched(early);

  const kills = memoryKills();
  // Whatever is thrown from here on: the group does not outlive this block.
  const tool = await launch({ ...job, ...options, version: row.frameworkVersion, entryFile: job.script.entryFile, folder, onTrouble: trouble }, resources);
  const { pid } = tool;
  const output = { stdout: keepTail(tool.stdout), stderr: keepTail(tool.stderr) };
  const mask = masker(job.variables);
  await using log = new RunLog({ mask, store: (from, lines) => row.log(from, lines), onTrouble: trouble });
  for (const stream of [tool.stdout, tool.stderr]) log.add(stream);
  using _limits = pid === null ? null : watchLimits(options.limits, { toolName: framework.name, group: pid, folder: folder.base, printedBytes: () => log.bytes, onReached: (message) => endings.end('limit_reached', message), onTrouble: trouble });

  using recording = recordingOf(job, options, endings, row, pid);
  const { recorder } = recording;
  const reading = recorder.read(tool.samples);
  // A database that is away now must not keep the load from being ended: these changes are waited for when it is over.
  const changes: Promise<void>[] = [];
  if (pid !== null) changes.push(row.change(() => ({ process: { ...machine, group: pid, startTicks: startTicksOf(pid), folder: folder.path, isolation: options.sandbox.isolation, cores: coresOf(framework), ...(checked ? { selfCheck: checked } : {}) } })).catch(recording.unstored));

  const { exit, asked } = await untilEnded(tool, {
    asked: endings.first,
    reading,
    graceMs: (asked) => graceOf(asked, options.stopGraceMs),
    onOver(asked) {
      endings.close();
      if (asked) changes.push(row.change(stopping(asked)).catch(trouble));
    },
  });
  await recorder.finish();
  await Promise.all(changes);

  // The last results may have failed to be stored after the tool's own good end: then it is not a good end.
  const first = asked ?? recording.whyUnsaved();
  // Masked before it is cut: half of a token would not be known again.
  const printed = { stdout: mask(output.stdout.text()), stderr: mask(output.stderr.text()) };
  const outOfMemory = kills === null ? null : (memoryKills() ?? 0) > kills;
  const cause = first ? withLastWords(framework, first, printed) : howItEnded(framework, { exit, end: recorder.end, outOfMemory, unreadable: recorder.unreadable, ...printed }, plan);
  return { ending: { ...cause, message: mask(cause.message), exitCode: exit.code }, news: newsOf(recorder) };
}

/** null: this machine was not looked at. */
async function beginWithCheck(job: Load, options: ConductOptions, endings: Endings, row: RunRecord): Promise<SelfCheck | null> {
  const isChecked = options.selfCheck && isWorthACheck(job.plan);
  await row.change(() => ({ state: { to: 'starting', cause: isChecked ? 'self_check' : 'turn_came' } }));
  return isChecked ? selfCheck(job, options, endings, row) : null;
}

function noProgram({ framework, executable }: Load): Asked | null {
  return isExecutable(executable) ? null : { cause: 'tool_broke', message: `${framework.name} could not be started: there is no program at ${executable} any more.` };
}

const coresOf = ({ cores }: Framework): number => (cores === 'one' ? 1 : availableParallelism());
