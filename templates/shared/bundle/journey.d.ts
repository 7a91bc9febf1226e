import type { FlowValue, ScriptFlow, ScriptPlan, ScriptRequest } from '../../framework.ts';

export interface Turn {
  readonly request: ScriptRequest;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly values: Readonly<Partial<Record<FlowValue, string>>>;
  readonly atMs: number;
}

export type Answer = { readonly status: number; readonly body: string } | { readonly failure: readonly [outcome: string, detail: string] };

export interface Journey {
  begin(plannedMs: number | null, number: number): void;
  next(nowMs: number): Turn | null;
  answered(request: ScriptRequest, startMs: number, endMs: number, answer: Answer): { readonly outcome: string; readonly detail: string };
}

export declare function newJourney(
  flow: ScriptFlow,
  plan: Pick<ScriptPlan, 'pollIntervalMs' | 'pollDeadlineMs' | 'seed'>,
  variables: Readonly<Record<string, string>>,
  nowEpochMs: () => number,
): Journey;
