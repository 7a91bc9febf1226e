/** A run as JSON, in the words of the API: `LoadTestRun`, with its points as `metrics(maxPoints: ...)`. Pure. */
import type { Point } from '../metrics/point.ts';
import { importedFrom } from '../run/imported.ts';
import { judgedOf } from '../run/judged.ts';
import type { Note } from '../run/notes/store.ts';
import type { Run } from '../run/run.ts';
import type { TestPlan } from '../script/plan.ts';
import type { ObjectiveResult } from '../verdict/assess.ts';
import type { Capacity } from '../verdict/capacity.ts';

export interface RunAsJson {
  /** As the API names it. */
  readonly id: string;
  /** Of what was tested. */
  readonly title: string;
  readonly capacity: Capacity | null;
  readonly points: readonly Point[];
  readonly notes: readonly Note[];
}

export function jsonOf(run: Run, { id, title, capacity, points, notes }: RunAsJson): string {
  const { result } = run;
  const judged = judgedOf(run);
  const json = {
    id,
    title,
    state: run.state.toUpperCase(),
    moves: run.moves.map(({ from, to, ...move }) => ({ from: from?.toUpperCase() ?? null, to: to.toUpperCase(), ...move })),
    ending: run.ending && { cause: run.ending.cause, message: run.ending.message, exitCode: run.ending.exitCode },
    verdict: run.verdict?.toUpperCase() ?? null,
    verdictReasons: judged.reasons,
    verdictReasonCodes: judged.reasonCodes,
    framework: run.framework,
    frameworkVersion: run.frameworkVersion,
    place: run.place,
    imported: run.imported !== null,
    importedFrom: run.imported && importedFrom(run.imported),
    workflowId: run.workflowId,
    workflowHash: run.workflowHash,
    baselineHash: run.baselineWorkflowHash,
    planHash: run.planHash,
    repeatGroup: run.repeatGroup,
    startedBy: run.startedBy,
    plan: shareable(run.plan),
    plannedDurationMs: run.plannedDurationMs,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    foldedAt: run.foldedAt,
    summary: result?.summary ?? null,
    steady: result?.steady ?? null,
    objectives: judged.objectives.map(objectiveOf),
    capacity,
    requests: result?.requests ?? [],
    metrics: points.map(({ iterationsStarted: _, ...point }) => point),
    generator: result && { ...result.generator, floorP50Ms: result.generator.floorP50Ms ?? null, floorP99Ms: result.generator.floorP99Ms ?? null },
    notes,
    warnings: run.warnings,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function objectiveOf({ added: _added, abortAfterMs: _abortAfterMs, strict: _strict, ...objective }: ObjectiveResult): object {
  return { ...objective, verdict: objective.verdict.toUpperCase(), maxChangeRatio: objective.maxChangeRatio ?? null, margin: objective.margin ?? null, baseline: objective.baseline ?? null, baselineAtLeast: objective.baselineAtLeast ?? false };
}

/** A report goes from hand to hand: without what is sent, which may hold what is nobody else's, passwords too. The hash of the plan still tells it from others. */
function shareable({ inputs: _inputs, target: { body: _body, headers, ...target }, ...plan }: TestPlan): object {
  return { ...plan, target: { ...target, ...(headers ? { headers: headers.map(({ name }) => ({ name })) } : {}) } };
}
