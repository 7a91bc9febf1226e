/** The sample lines of a self-check, to its numbers: all at the end, since nobody watches. */
import type { Readable } from 'node:stream';
import { Collector, phaseAt } from '../metrics/collector.ts';
import { fold } from '../metrics/fold.ts';
import { LatencyHistogram } from '../metrics/histogram.ts';
import { latencyOf } from '../metrics/summary.ts';
import { readLines } from '../samples/lines.ts';
import type { SampleLine } from '../samples/sample.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import type { SelfCheck } from './floor.ts';
import { healthOf } from './health.ts';

type End = Extract<SampleLine, { kind: 'end' }>;

export interface Samples {
  /** Settles when the stream is over or destroyed; never rejects. */
  readonly over: Promise<void>;
  /** The last line; null: it has not come. */
  end(): End | null;
  result(): SelfCheck;
}

export function readSamples(stream: Readable, plan: ResolvedPlan, onTrouble: (error: unknown) => void): Samples {
  const collector = new Collector({ steady: plan.steady, warmUpMs: plan.warmUpMs, objectives: [] });
  const lag = new LatencyHistogram();
  let end: End | null = null;

  function take(line: SampleLine | null): void {
    if (line?.kind === 'end') end = line;
    if (line === null || line.kind === 'begin' || line.kind === 'end') return;
    if (line.kind === 'request' && line.extra.startLagMicros !== undefined && phaseAt(plan, line.startMicros / 1000) === 'steady') lag.record(Math.max(0, line.extra.startLagMicros));
    collector.add(line);
  }

  async function readAll(): Promise<void> {
    try {
      for await (const lines of readLines(stream)) lines.forEach(take);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') onTrouble(error);
    }
  }

  return {
    over: readAll(),
    end: () => end,
    result(): SelfCheck {
      const rows = collector.close(collector.end)?.rows ?? [];
      const executions = fold(rows).executions('steady');
      const latency = latencyOf(executions, plan, 0);
      if (latency === null || executions.failed > 0) return { problem: 'Not all requests to an echo on this machine succeeded.' };
      const startsLateP99Ms = lag.count > 0 ? lag.atRank(Math.ceil(0.99 * lag.count)) / 1000 : null;
      const { latenessP99Ms } = healthOf({ plan, rows, p50Ms: latency.p50Ms, startsLateP99Ms, cores: 1 });
      return { p50Ms: latency.p50Ms, p99Ms: latency.p99Ms, latenessP99Ms };
    },
  };
}
