/** PlanInput and its parts. Shapes only: what a plan may hold is refused by `script/plan.ts`, with paths and sentences. */
import { builder } from './builder.ts';

const HeaderInput = builder.inputType('HeaderInput', { fields: (t) => ({ name: t.string({ required: true }), value: t.string({ required: true }) }) });
const BearerInput = builder.inputType('BearerInput', { fields: (t) => ({ variable: t.string({ required: true, description: 'Name of the environment variable that holds the token.' }) }) });
const AuthInput = builder.inputType('AuthInput', { isOneOf: true, fields: (t) => ({ none: t.boolean(), bearer: t.field({ type: BearerInput }) }) });

const TargetInput = builder.inputType('TargetInput', {
  fields: (t) => ({
    preset: t.string({ required: true, description: 'studio | gateway' }),
    baseUrl: t.string({ required: true }),
    path: t.string(),
    headers: t.field({ type: [HeaderInput] }),
    workflowName: t.string({ description: 'gateway: the name it is registered under.' }),
    auth: t.field({ type: AuthInput }),
    failOnSuccessFalse: t.boolean({ description: 'Count an output with `success: false` as a failure; default true.' }),
  }),
});

const ClosedStageInput = builder.inputType('ClosedStageInput', { fields: (t) => ({ durationMs: t.int({ required: true }), users: t.int({ required: true }) }) });
const ClosedLoadInput = builder.inputType('ClosedLoadInput', {
  description: 'Users at the END of a stage, linear from the stage before (0 at the start); durationMs 0 is a jump.',
  fields: (t) => ({ stages: t.field({ type: [ClosedStageInput], required: true }) }),
});
const OpenStageInput = builder.inputType('OpenStageInput', { fields: (t) => ({ durationMs: t.int({ required: true }), ratePerSecond: t.float({ required: true }) }) });
const OpenLoadInput = builder.inputType('OpenLoadInput', {
  description: 'Starts above maxUsers in flight are dropped, and counted.',
  fields: (t) => ({ stages: t.field({ type: [OpenStageInput], required: true }), maxUsers: t.int({ required: true }) }),
});
const PresetLoadInput = builder.inputType('PresetLoadInput', {
  fields: (t) => ({ key: t.string({ required: true, description: 'smoke constant ramp spike stress soak breakpoint' }), users: t.int(), ratePerSecond: t.float(), durationMs: t.int() }),
});
const LoadInput = builder.inputType('LoadInput', {
  isOneOf: true,
  fields: (t) => ({ closed: t.field({ type: ClosedLoadInput }), open: t.field({ type: OpenLoadInput }), preset: t.field({ type: PresetLoadInput }) }),
});

const ThinkTimeInput = builder.inputType('ThinkTimeInput', { fields: (t) => ({ minMs: t.int({ required: true }), maxMs: t.int({ required: true }) }) });
const InputsInput = builder.inputType('InputsInput', { isOneOf: true, fields: (t) => ({ fixed: t.string({ description: 'JSON text.' }) }) });
const ObjectiveInput = builder.inputType('ObjectiveInput', {
  fields: (t) => ({
    metric: t.string({ required: true, description: 'latency (ms) | error_ratio (0..1) | throughput (successful executions per second)' }),
    statistic: t.string({ description: 'latency: p50 p90 p95 p99 p999 max mean' }),
    comparison: t.string({ description: '< <= > >=' }),
    value: t.float(),
    requestName: t.string({ description: 'Default: executions.' }),
    during: t.string({ description: 'steady (default) | whole' }),
  }),
});

export const PlanInput = builder.inputType('PlanInput', {
  fields: (t) => ({
    target: t.field({ type: TargetInput, required: true }),
    load: t.field({ type: LoadInput, required: true }),
    inputs: t.field({ type: InputsInput }),
    thinkTime: t.field({ type: ThinkTimeInput }),
    requestTimeoutMs: t.int({ description: 'Of the whole request; default 30,000.' }),
    warmUpMs: t.int(),
    connections: t.string({ description: 'reuse | perIteration' }),
    objectives: t.field({ type: [ObjectiveInput] }),
  }),
});
