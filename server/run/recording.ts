/** What the lines of a run's tool mean for its row and for its end. */
import { Collector, phaseAt } from '../metrics/collector.ts';
import { scriptObjective } from '../script/objective.ts';
import { earlyAbortOf } from './early-abort.ts';
import type { Asked, Endings } from './endings.ts';
import type { ConductOptions, Load } from './execute.ts';
import { END_GRACE_MS, running, whyUnstored } from './moves.ts';
import { Recorder } from './recorder.ts';
import type { RunRecord } from './record.ts';
import { usageMeter } from './usage.ts';

export interface Recording extends Disposable {
  readonly recorder: Recorder;
  /** Something of the run could not be stored: the load ends. */
  readonly unstored: (error: unknown) => void;
  /** Why what is stored is not all of it; null: it is. */
  whyUnsaved(): Asked | null;
}

/** Longest wait for the first line: interpreters start slowly on a busy machine. */
const BEGIN_WITHIN_MS = 60_000;
const SILENT_AFTER_MS = 10_000;

/** @param group of the tool; null: it could not be started */
export function recordingOf({ plan, framework }: Load, { beginWithinMs = BEGIN_WITHIN_MS }: ConductOptions, endings: Endings, row: RunRecord, group: number | null): Recording {
  const windows = { steady: plan.steady, warmUpMs: plan.warmUpMs };
  const earlyAbort = earlyAbortOf(plan);
  let silent = endings.after(beginWithinMs, 'tool_broke', `${framework.name} did not begin within ${beginWithinMs / 1000} s.`);

  let unsaved: Asked | null = null;
  const unstored = (error: unknown) => {
    unsaved ??= whyUnstored(error);
    // After the tool's last line the load is over: it ends by itself.
    if (!recorder.end) endings.end(unsaved.cause, unsaved.message);
  };

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
      await row.change(running({ startedAt: new Date(begin.startedAt), frameworkVersion: begin.toolVersion }));
    },
    save: (batch, startedAt) => row.save(batch, startedAt),
    onClosed(batch, until) {
      const broken = earlyAbort(batch, until, recorder.end !== null);
      if (broken !== null) endings.end('objective_broken', broken.message, broken.objective);
    },
    onTrouble: unstored,
  });
  return { recorder, unstored, whyUnsaved: () => unsaved, [Symbol.dispose]: () => recorder[Symbol.dispose]() };
}
