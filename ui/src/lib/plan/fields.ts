/**
 * The form's own state: every field as the text that was typed, so that a half-typed number is not lost, and both
 * models' stages side by side, so that a look at the other model loses nothing. `toPlan` and `fromPlan` translate.
 */
import { type Objective, PRESETS, type Preset, type TestPlan } from '../../../../server/script/plan.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { fromObjective, type ObjectiveFields, toObjective } from './objective.ts';
import { durationText, parseDuration, parseNumber } from './typed.ts';

export type Model = 'closed' | 'open';

export interface StageFields {
  duration: string;
  /** Users or iterations per second at the END of the stage. */
  level: string;
}

/** Of a preset; empty: the preset's own. Each preset keeps what was typed for it. */
export interface Size {
  users: string;
  rate: string;
  duration: string;
}

export interface Fields {
  /** Empty: the proposed name is used. */
  name: string;
  framework: string;
  target: {
    preset: 'studio' | 'gateway';
    baseUrl: string;
    /** Empty: the preset's own path. */
    path: string;
    workflowName: string;
    /** Empty: none, and the plan does not speak of it. */
    auth: '' | 'none' | 'bearer';
    variable: string;
    headers: { name: string; value: string }[];
    failOnSuccessFalse: boolean | null;
  };
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
  connections: '' | 'reuse' | 'perIteration';
  /** JSON text; empty: none. */
  inputs: string;
  objectives: ObjectiveFields[];
}

export function emptyFields(): Fields {
  return {
    name: '',
    framework: '',
    target: { preset: 'studio', baseUrl: '', path: '', workflowName: '', auth: '', variable: 'LOAD_TEST_TOKEN', headers: [], failOnSuccessFalse: null },
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
    connections: '',
    inputs: '',
    objectives: [],
  };
}

const blank = (text: string) => text.trim() === '';
const numberOr = (text: string) => (blank(text) ? undefined : parseNumber(text));
const durationOr = (text: string, bareUnit: 's' | 'ms' = 's') => (blank(text) ? undefined : parseDuration(text, bareUnit));

/** Members without a value are left out; unreadable numbers are NaN and are refused by the plan's schema at their path. */
export function toPlan(fields: Fields): PlanInput {
  const plan = {
    target: toTarget(fields.target),
    load: toLoad(fields),
    inputs: blank(fields.inputs) ? undefined : { fixed: fields.inputs },
    thinkTime: fields.model === 'open' || (blank(fields.thinkMin) && blank(fields.thinkMax)) ? undefined : toThinkTime(fields),
    requestTimeoutMs: durationOr(fields.timeout),
    warmUpMs: durationOr(fields.warmUp),
    connections: fields.connections === '' ? undefined : fields.connections,
    objectives: fields.objectives.map(toObjective),
  };
  return withoutAbsent(plan) as PlanInput;
}

function toTarget(target: Fields['target']) {
  const headers = target.headers.filter((header) => !blank(header.name) || !blank(header.value));
  return {
    preset: target.preset,
    baseUrl: target.baseUrl.trim(),
    path: blank(target.path) ? undefined : target.path.trim(),
    workflowName: target.preset === 'gateway' && !blank(target.workflowName) ? target.workflowName.trim() : undefined,
    auth: target.auth === '' ? undefined : target.auth === 'none' ? { none: true } : { bearer: { variable: target.variable.trim() } },
    headers: headers.length > 0 ? headers.map((header) => ({ name: header.name.trim(), value: header.value })) : undefined,
    failOnSuccessFalse: target.failOnSuccessFalse ?? undefined,
  };
}

function toLoad(fields: Fields) {
  if (fields.shape === 'stages') {
    if (fields.model === 'closed')
      return { closed: { stages: fields.closedStages.map((stage) => ({ durationMs: parseDuration(stage.duration), users: parseNumber(stage.level) })) } };
    return {
      open: {
        stages: fields.openStages.map((stage) => ({ durationMs: parseDuration(stage.duration), ratePerSecond: parseNumber(stage.level) })),
        maxUsers: parseNumber(fields.maxUsers),
      },
    };
  }
  const { users, rate, duration } = fields.sizes[fields.shape];
  const level = fields.model === 'closed' ? { users: numberOr(users) } : { ratePerSecond: parseNumber(rate) };
  return { preset: { key: fields.shape, ...level, durationMs: durationOr(duration) } };
}

function toThinkTime(fields: Fields) {
  const min = blank(fields.thinkMin) ? 0 : parseDuration(fields.thinkMin);
  return { minMs: min, maxMs: blank(fields.thinkMax) ? min : parseDuration(fields.thinkMax) };
}

/** The fields that show a stored plan; `toPlan` gives the same plan back. */
export function fromPlan(plan: TestPlan, framework: string, name: string): Fields {
  const fields = emptyFields();
  const { target, load } = plan;
  const duration = (value: number | undefined) => (value === undefined ? '' : durationText(value));
  const number = (value: number | undefined) => (value === undefined ? '' : String(value));
  Object.assign(fields, {
    name,
    framework,
    target: {
      preset: target.preset,
      baseUrl: target.baseUrl,
      path: target.path ?? '',
      workflowName: target.workflowName ?? '',
      auth: target.auth?.bearer ? 'bearer' : target.auth ? 'none' : '',
      variable: target.auth?.bearer?.variable ?? fields.target.variable,
      headers: (target.headers ?? []).map((header) => ({ ...header })),
      failOnSuccessFalse: target.failOnSuccessFalse ?? null,
    },
    thinkMin: duration(plan.thinkTime?.minMs),
    thinkMax: plan.thinkTime && plan.thinkTime.maxMs !== plan.thinkTime.minMs ? durationText(plan.thinkTime.maxMs) : '',
    timeout: duration(plan.requestTimeoutMs),
    warmUp: duration(plan.warmUpMs),
    connections: plan.connections ?? '',
    inputs: plan.inputs?.fixed ?? '',
    objectives: (plan.objectives ?? []).map((objective: Objective) => fromObjective(objective)),
  } satisfies Partial<Fields>);
  if (load.preset) {
    const open = load.preset.ratePerSecond !== undefined;
    Object.assign(fields, {
      model: open ? 'open' : 'closed',
      shape: load.preset.key,
    } satisfies Partial<Fields>);
    const size = fields.sizes[load.preset.key];
    Object.assign(size, { users: number(load.preset.users), rate: open ? number(load.preset.ratePerSecond) : size.rate, duration: duration(load.preset.durationMs) });
  } else if (load.closed) {
    const closedStages = load.closed.stages.map((stage) => ({ duration: durationText(stage.durationMs), level: String(stage.users) }));
    Object.assign(fields, { model: 'closed', shape: 'stages', closedStages } satisfies Partial<Fields>);
  } else if (load.open) {
    const openStages = load.open.stages.map((stage) => ({ duration: durationText(stage.durationMs), level: String(stage.ratePerSecond) }));
    Object.assign(fields, { model: 'open', shape: 'stages', openStages, maxUsers: String(load.open.maxUsers) } satisfies Partial<Fields>);
  }
  return fields;
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
