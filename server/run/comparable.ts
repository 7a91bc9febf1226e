/** Which runs say something of each other. Two that differ in more than the definition compare two things at once. Pure. */
import type { Run } from './run.ts';
import { isSettled } from './state.ts';
import { planDifferences } from '../script/compared.ts';
import { resolvePlan } from '../script/resolve.ts';
import { ENOUGH } from '../verdict/missed-load.ts';

/** Why nothing can be compared with it, whoever wants to; null: it can. */
export function whyNotMeasured(run: Run): string | null {
  if (!isSettled(run.state)) return 'This run is not over yet.';
  if (run.state !== 'finished') return `This run was ${run.state}: it proves nothing about the whole plan.`;
  // A data set that ran out finishes a run, too.
  if (run.ending?.cause !== 'planned_end') return 'This run ended before its plan did: it proves nothing about the whole plan.';
  if (run.result === null || run.result.steady.executions === 0) return 'Nothing was measured in the steady part of this run.';
  return null;
}

/** null: it can be one. */
export function whyNoBaseline(run: Run): string | null {
  return whyNotMeasured(run) ?? (run.result?.generator.saturated ? 'The load generator did not keep up in this run: what it measured is partly its own slowness.' : null);
}

/** What of two runs a user must know of before they believe a comparison; empty: nothing, and what is not known of either is none. Sentences. */
export function differencesOf(baseline: Run, run: Run): string[] {
  const differ = (what: string, of: (run: Run) => string | null) => {
    const [a, b] = [of(baseline), of(run)];
    return a === b ? [] : [`${what}: ${a ?? 'not known'} against ${b ?? 'not known'}.`];
  };
  return [
    ...(sameWorkflow(baseline, run) ? [] : ['They are of different workflows.']),
    ...(baseline.baselineWorkflowHash === run.baselineWorkflowHash ? [] : ['In one of them iterations alternate with another definition, so that each has half of the load.']),
    ...planDifferences(resolvePlan(baseline.plan), resolvePlan(run.plan)),
    ...differ('Another framework', ({ framework }) => framework),
    ...(baseline.framework === run.framework ? differ('Another version of the framework', ({ frameworkVersion }) => frameworkVersion) : []),
    ...differ('Another place', ({ place }) => place),
    ...differ('Another kind of machine', ({ hostFingerprint }) => hostFingerprint),
  ];
}

/** The same of a single run, whatever it is compared with. @param side on which it stands: of several baseline runs none is the later one */
export function flawsOf({ result }: Run, side: 'baseline' | 'later'): string[] {
  const reached = result?.generator.achievedRatio ?? null;
  return [
    ...(result?.generator.saturated ? [`The load generator did not keep up in the ${side} run.`] : []),
    ...((result?.summary?.linesLost ?? 0) > 0 ? [`Some results of the ${side} run were lost.`] : []),
    ...(reached !== null && reached * 100 < ENOUGH ? [`Only ${Math.floor(100 * reached)} % of the planned load was reached in the ${side} run.`] : []),
  ];
}

/** Users and rates answer different questions: nobody can want this. */
export function areTwoModels(baseline: Run, run: Run): boolean {
  return resolvePlan(baseline.plan).load.model !== resolvePlan(run.plan).load.model;
}

/** What may have made the difference that is looked for; it refuses nothing. */
export function changesOf(baseline: Run, run: Run): string[] {
  return baseline.workflowHash === run.workflowHash ? [] : [`The definition was changed: ${short(baseline.workflowHash)} against ${short(run.workflowHash)}.`];
}

const short = (hash: string): string => hash.slice(0, 12);

function sameWorkflow(a: Run, b: Run): boolean {
  if (a.loadTestId !== null && a.loadTestId === b.loadTestId) return true;
  if (a.workflowId !== null || b.workflowId !== null) return a.workflowId === b.workflowId;
  // A text without a name is that text.
  return a.workflowHash === b.workflowHash;
}
