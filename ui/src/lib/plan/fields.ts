/**
 * The form's own state: every field as the text that was typed, so that a half-typed number is not lost, and all
 * alternatives side by side, so that a look at another one loses nothing. `toPlan` and `fromPlan` translate.
 */
import { PRESETS, type Preset, type TestPlan } from '../../../../server/script/plan.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { emptyInputs, fromInputs, type InputsFields, toInputs } from './inputs.ts';
import { fromLoad, type Model, type Size, type StageFields, toLoad, toThinkTime } from './load.ts';
import { fromObjective, type ObjectiveFields, toObjective } from './objective.ts';
import { emptyTarget, fromTarget, isPolled, type TargetFields, toTarget } from './target.ts';
import { blank, durationOr, durationText } from './typed.ts';

export interface CheckFields {
  name: string;
  /** JSON pointer. */
  path: string;
  /** JSON text. */
  equals: string;
}

/** What the user says of a value in the definition. */
export interface SecretFields {
  /** JSON pointer; empty: a row that was added and left empty. */
  path: string;
  secret: boolean;
}

export interface Fields {
  /** Empty: the proposed name is used. */
  name: string;
  framework: string;
  target: TargetFields;
  model: Model;
  shape: Preset | 'stages';
  sizes: Record<Preset, Size>;
  closedStages: StageFields[];
  openStages: StageFields[];
  maxUsers: string;
  /** Empty: none. */
  thinkMin: string;
  thinkMax: string;
  /** Empty: the default. */
  timeout: string;
  warmUp: string;
  pollInterval: string;
  pollDeadline: string;
  connections: '' | 'reuse' | 'perIteration';
  inputs: InputsFields;
  checks: CheckFields[];
  secrets: SecretFields[];
  objectives: ObjectiveFields[];
}

export function emptyFields(): Fields {
  return {
    name: '',
    framework: '',
    target: emptyTarget(),
    model: 'closed',
    shape: 'smoke',
    sizes: Object.fromEntries(PRESETS.map((preset) => [preset, { users: '', rate: '10', duration: '' }])) as Record<Preset, Size>,
    closedStages: [
      { duration: '0 s', level: '5' },
      { duration: '20 s', level: '5' },
    ],
    openStages: [
      { duration: '0 s', level: '10' },
      { duration: '20 s', level: '10' },
    ],
    maxUsers: '40',
    thinkMin: '',
    thinkMax: '',
    timeout: '',
    warmUp: '',
    pollInterval: '',
    pollDeadline: '',
    connections: '',
    inputs: emptyInputs(),
    checks: [],
    secrets: [],
    objectives: [],
  };
}

/** Rows that were added and left empty say nothing. */
export const isBlankSecret = ({ path }: SecretFields): boolean => blank(path);

/** Members without a value are left out; unreadable numbers are NaN and are refused by the plan's schema at their path. */
export function toPlan(fields: Fields): PlanInput {
  const polled = isPolled(fields.target);
  const secrets = fields.secrets.filter((mark) => !isBlankSecret(mark));
  const plan = {
    target: toTarget(fields.target),
    load: toLoad(fields),
    inputs: toInputs(fields.inputs),
    thinkTime: toThinkTime(fields),
    requestTimeoutMs: durationOr(fields.timeout),
    warmUpMs: durationOr(fields.warmUp),
    connections: fields.connections === '' ? undefined : fields.connections,
    pollIntervalMs: polled ? durationOr(fields.pollInterval, 'ms') : undefined,
    pollDeadlineMs: polled ? durationOr(fields.pollDeadline) : undefined,
    checks: fields.checks.length > 0 ? fields.checks.map((check) => ({ ...check })) : undefined,
    secrets: secrets.length > 0 ? secrets.map((mark) => ({ ...mark })) : undefined,
    objectives: fields.objectives.length > 0 ? fields.objectives.map(toObjective) : undefined,
  };
  return withoutAbsent(plan) as PlanInput;
}

/** The fields that show a stored plan; `toPlan` gives the same plan back, without lists that are empty. */
export function fromPlan(plan: TestPlan, framework: string, name: string): Fields {
  const duration = (value: number | undefined) => (value === undefined ? '' : durationText(value));
  const { thinkTime } = plan;
  const fields = emptyFields();
  return {
    ...fields,
    name,
    framework,
    target: fromTarget(plan.target),
    ...fromLoad(plan.load, fields.sizes),
    thinkMin: duration(thinkTime?.minMs),
    thinkMax: thinkTime && thinkTime.maxMs !== thinkTime.minMs ? durationText(thinkTime.maxMs) : '',
    timeout: duration(plan.requestTimeoutMs),
    warmUp: duration(plan.warmUpMs),
    pollInterval: duration(plan.pollIntervalMs),
    pollDeadline: duration(plan.pollDeadlineMs),
    connections: plan.connections ?? '',
    inputs: fromInputs(plan.inputs),
    checks: (plan.checks ?? []).map((check) => ({ ...check })),
    secrets: (plan.secrets ?? []).map((mark) => ({ ...mark })),
    objectives: (plan.objectives ?? []).map(fromObjective),
  };
}

function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, withoutAbsent(member)]),
  );
}
