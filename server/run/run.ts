/** A run as the rest of the server sees it: never a table row. */
import type { ShardState } from '../clouds/cloud.ts';
import type { RequestSummary, Summary } from '../metrics/summary.ts';
import type { TestPlan } from '../script/plan.ts';
import type { Assessment, ObjectiveResult } from '../verdict/assess.ts';
import type { Grounds } from '../verdict/grounds.ts';
import type { Verdict } from '../verdict/judge.ts';
import type { Totals } from '../../templates/results.ts';
import type { SelfCheck } from './floor.ts';
import type { EndingCause, Move, RunState } from './state.ts';

export interface Ending {
  readonly cause: EndingCause;
  readonly message: string;
  readonly exitCode: number | null;
  /** objective_broken: its number in the plan. */
  readonly objective?: number;
}

/** Process of a run on its machine; pid and start time together name it for ever. */
export interface RunProcess {
  readonly group: number;
  readonly startTicks: number;
  readonly bootId: string;
  readonly host: string;
  readonly folder: string;
  /** What it could see and touch: `generator.isolation`. */
  readonly isolation: string;
  /** That the tool can use here. */
  readonly cores?: number;
  /** What this machine added to a measurement just before; left out: it was not looked at. */
  readonly selfCheck?: SelfCheck;
}

export interface GeneratorHealth {
  /** Mean over the steady part; 1 = one core fully used. null where the system does not tell. */
  readonly cpuRatio: number | null;
  /** Most that the process group held. */
  readonly memoryBytes: number | null;
  /** Started against planned iterations (open), or achieved against planned user-seconds (closed). */
  readonly achievedRatio: number | null;
  readonly latenessP99Ms: number | null;
  /** What this machine took for an answer of its own, just before the run; null: that was not looked at. */
  readonly floorP50Ms?: number | null;
  readonly floorP99Ms?: number | null;
  readonly sameMachineAsTarget: boolean | null;
  readonly isolation: string;
  /** It did not keep up: what it measured is not judged. */
  readonly saturated: boolean;
  readonly reasons: readonly string[];
}

/** Of a run that is made in shards: where, and what each of them came to. */
export interface FleetRecord {
  readonly region: string | null;
  readonly image: string | null;
  /** All of them, from the moment in which it is accepted. */
  readonly shards: readonly ShardReport[];
  /** ISO 8601: plan second 0 of all shards; null: they are not ordered yet. */
  readonly beginsAt: string | null;
  /** By the prices of the day on which it was accepted. */
  readonly cost: FleetCost;
  /** What it took, from the order to its end, by the same prices; null: it is not over. */
  readonly spent: FleetCost | null;
  /** As the shards told it; null: none has. */
  readonly isolation: string | null;
  /** Least that the tool of a shard can use. */
  readonly cores: number | null;
}

export interface FleetCost {
  readonly amount: number;
  readonly currency: string;
  readonly basis: string;
  /** ISO 8601. */
  readonly pricesAsOf: string;
}

export interface ShardReport {
  /** From 0. */
  readonly index: number;
  readonly state: ShardState;
  readonly requests: number;
  /** Of its plan second 0; null: it has not begun. */
  readonly lateMs: number | null;
  readonly problem: string | null;
}

/** What a run came to; stored once, when it is settled. */
export interface RunResult {
  readonly summary: Summary;
  readonly steady: Summary;
  readonly objectives: readonly ObjectiveResult[];
  readonly verdictReasons: readonly string[];
  /** Left out by earlier versions. */
  readonly verdictReasonCodes?: Assessment['reasonCodes'];
  readonly requests: readonly RequestSummary[];
  readonly generator: GeneratorHealth;
  /** What the judge was told beside the intervals, so that it can be asked again. Left out by earlier versions. */
  readonly grounds?: Grounds;
}

/** Where the results of a run came from that was not made here. */
export interface Imported {
  readonly fileName: string;
  /** "sample lines", "k6 NDJSON (--out json)". */
  readonly format: string;
  /** Left out: its results told of each request, and are stored as those of any run. */
  readonly told?: ToldResult;
}

/** Results that say nothing of their parts, and what objectives came to by them. */
export interface ToldResult {
  readonly totals: Totals;
  readonly assessment: Omit<Assessment, 'verdict'>;
}

export interface Run {
  readonly id: string;
  readonly organizationId: string;
  readonly loadTestId: string | null;
  readonly workflowId: string | null;
  readonly framework: string;
  readonly frameworkVersion: string | null;
  readonly place: string;
  readonly state: RunState;
  readonly moves: readonly Move[];
  readonly workflowHash: string;
  /** Of the definition that iterations alternate with; null: there is one only. */
  readonly baselineWorkflowHash: string | null;
  readonly plan: TestPlan;
  readonly planHash: string;
  readonly plannedDurationMs: number;
  readonly scriptHash: string;
  readonly warnings: readonly string[];
  readonly startedBy: string;
  /** Of runs that were asked for at once: the id of the first. */
  readonly repeatGroup: string | null;
  /** By which people call it: of the runs of its load test, from 1; null: it has no load test. */
  readonly number: number | null;
  /** What kind of machine made the load, in words; null: it was not looked at. */
  readonly hostFingerprint: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly sequence: number;
  readonly ending: Ending | null;
  readonly verdict: Verdict | null;
  readonly result: RunResult | null;
  /** null: it was run here. */
  readonly imported: Imported | null;
  /** Since then the latencies of its seconds are kept ten at a time; null: each has its own. */
  readonly foldedAt: Date | null;
  /** null: it was made on one machine. */
  readonly fleet: FleetRecord | null;
}
