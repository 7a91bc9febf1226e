/** Steady parts of stored runs: of several subjects at once, so that the rows of a run are read once, in parts, and others have their turn in between. */
import type { Db } from '../db/client.ts';
import { inTurns } from '../metrics/in-turns.ts';
import { type Subject, subjectRowsInParts } from '../metrics/store.ts';
import { steadily } from '../run/keep/steadily.ts';
import type { Run } from '../run/run.ts';
import { type ResolvedPlan, resolvePlan } from '../script/resolve.ts';
import { partThatRan } from '../verdict/grounds.ts';
import type { Unfit } from './change.ts';
import { Seconds } from './seconds.ts';
import type { Steady } from './steady.ts';

export type SteadyPart = (run: Run, subject: Subject) => Steady | Unfit;

export async function steadyParts(db: Db, runs: readonly Run[], subjects: readonly Subject[]): Promise<SteadyPart> {
  const parts = new Map<string, () => Steady | Unfit>();
  // One after the other: of one run there are rows enough at once.
  for (const run of new Map(runs.map((each) => [each.id, each])).values()) {
    const plan = planThatRan(run);
    const ofRun = await steadily(db, run, async () => {
      const all = new Map(subjects.map((subject) => [keyOf(run, subject), new Seconds(plan.steady)]));
      for await (const rows of subjectRowsInParts(db, run.organizationId, run.id, 'steady', subjects)) await inTurns(rows, (row) => all.get(keyOf(run, row))?.add(row));
      return all;
    });
    for (const [key, seconds] of ofRun) parts.set(key, () => seconds.steady(plan));
  }
  return (run, subject) => {
    const part = parts.get(keyOf(run, subject));
    if (!part) throw new Error('nobody asked for this part of a run');
    return part();
  };
}

const keyOf = ({ id }: Run, { kind, name }: Subject): string => `${id} ${kind} ${name}`;

/** A smoke test has as much of a steady part as its iterations took, not as they might have taken. */
function planThatRan({ plan, ending, result }: Run): ResolvedPlan {
  const resolved = resolvePlan(plan);
  const endedMs = result?.grounds?.endedMs ?? result?.summary.durationMs ?? resolved.durationMs;
  return partThatRan(resolved, { facts: { cutShort: ending?.cause !== 'planned_end' }, endedMs });
}
