/** A recorder as a run has it: of a plan with objectives, watched for the one that may stop it. */
import { Collector, phaseAt } from '../server/metrics/collector.ts';
import { Recorder, type RecorderOptions } from '../server/run/recorder.ts';
import { scriptObjective } from '../server/script/objective.ts';
import type { ResolvedPlan } from '../server/script/resolve.ts';
import { newWatch } from '../server/verdict/watch.ts';

/** @param save also says whether it could; anything else that goes wrong ends the bench */
export function benchRecorder(plan: ResolvedPlan, { now, save }: Required<Pick<RecorderOptions, 'now' | 'save'>>): Recorder {
  const windows = { steady: plan.steady, warmUpMs: plan.warmUpMs };
  const watch = newWatch(plan);
  const fail = (error: unknown) => {
    throw error;
  };
  return new Recorder({
    collector: new Collector({ ...windows, objectives: plan.objectives.map(scriptObjective) }),
    now,
    // As for k6: what is watched takes longer.
    clock: 'wall',
    isSteady: (atMs) => phaseAt(windows, atMs) === 'steady',
    usage: () => ({ cpuRatio: 0.5, memoryBytes: 100_000_000 }),
    onBegin: async () => {},
    onLines() {},
    onClosed(batch, until) {
      if (watch && watch.brokenAt(batch, until) !== null) throw new Error('an objective of this bench is broken');
    },
    save,
    onTrouble: fail,
  });
}

/** Throws unless each line was read, to the last one. */
export function allRead({ end, unreadable }: Recorder): void {
  if (unreadable > 0 || !end) throw new Error(`${unreadable} lines of this bench are not read${end ? '' : ', nor is its last one'}`);
}
