/** PlanInput and its parts. Shapes only: what a plan may hold is refused by `script/plan.ts`, with paths and sentences. */
import { builder } from './builder.ts';

const HeaderInput = builder.inputType('HeaderInput', { fields: (t) => ({ name: t.string({ required: true }), value: t.string({ required: true }) }) });
const BearerInput = builder.inputType('BearerInput', { fields: (t) => ({ variable: t.string({ required: true, description: 'Name of the environment variable that holds the token.' }) }) });
const ApiKeyInput = builder.inputType('ApiKeyInput', {
  fields: (t) => ({ header: t.string({ required: true }), variable: t.string({ required: true, description: 'Name of the environment variable that holds the key.' }) }),
});
const LoginInput = builder.inputType('LoginInput', {
  description: 'Each virtual user sends {"username", "password"} there and takes the token out of the answer; again before it expires, and once after a 401.',
  fields: (t) => ({
    path: t.string({ required: true }),
    usernameVariable: t.string({ required: true }),
    passwordVariable: t.string({ required: true }),
    tokenField: t.string({ required: true, description: 'A member of the answer, or a JSON pointer.' }),
  }),
});
const AuthInput = builder.inputType('AuthInput', {
  isOneOf: true,
  description: 'Names of environment variables, never their values.',
  fields: (t) => ({ none: t.boolean(), bearer: t.field({ type: BearerInput }), apiKey: t.field({ type: ApiKeyInput }), login: t.field({ type: LoginInput }) }),
});

const TargetInput = builder.inputType('TargetInput', {
  fields: (t) => ({
    preset: t.string({ required: true, description: 'studio | gateway | sessions | custom' }),
    baseUrl: t.string({ required: true }),
    path: t.string(),
    method: t.string({ description: 'custom: GET POST (default) PUT PATCH DELETE' }),
    headers: t.field({ type: [HeaderInput] }),
    body: t.string({ description: 'custom: sent as it is; in JSON, {"$workflow": true} and {"$inputs": true} stand for the two. Default: as for studio.' }),
    workflowName: t.string({ description: 'gateway: the name it is registered under. sessions: the id of a workflow that the server knows; default: each user creates it.' }),
    mode: t.string({ description: 'gateway: sync (default) | async' }),
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
const DatasetInput = builder.inputType('DatasetInput', {
  fields: (t) => ({
    format: t.string({ required: true, description: 'csv (all values are text) | json (a list of objects, or one object a line)' }),
    text: t.string({ required: true }),
    order: t.string({ required: true, description: 'sequential | random | unique (each row once; when they are used up, the test ends and is not evaluated)' }),
    seed: t.int({ description: 'random: default from the plan itself.' }),
  }),
});
const InputsInput = builder.inputType('InputsInput', {
  isOneOf: true,
  fields: (t) => ({
    fixed: t.string({ description: 'JSON text; may hold generators: {"$uuid": true}, {"$counter": 1}, {"$now": "iso"}, {"$int": [1, 100]}, {"$pick": ["a", "b"]}, {"$text": ["n-", {"$counter": 1}]}, {"$literal": ...}.' }),
    dataset: t.field({ type: DatasetInput }),
  }),
});
const CheckInput = builder.inputType('CheckInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    path: t.string({ required: true, description: 'JSON pointer into the answer.' }),
    equals: t.string({ required: true, description: 'JSON text.' }),
  }),
});
const SecretMarkInput = builder.inputType('SecretMarkInput', {
  description: 'More or fewer secrets than were found.',
  fields: (t) => ({ path: t.string({ required: true, description: 'JSON pointer, as FoundSecret.path.' }), secret: t.boolean({ required: true }) }),
});
export const ObjectiveInput = builder.inputType('ObjectiveInput', {
  fields: (t) => ({
    metric: t.string({ required: true, description: 'latency (ms) | error_ratio (0..1) | throughput (successful executions per second) | checks_ratio' }),
    statistic: t.string({ description: 'latency: p50 p90 p95 p99 p999 max mean' }),
    comparison: t.string({ description: '< <= > >=' }),
    value: t.float(),
    requestName: t.string({ description: 'Default: executions.' }),
    during: t.string({ description: 'steady (default) | whole' }),
    abortAfterMs: t.int({ description: 'The run is stopped when the objective was broken over the last so many ms of the steady part.' }),
    maxChangeRatio: t.float({ description: 'Instead of a value: the most that it may be worse than what the baseline measured, 0.1 = 10 %.' }),
    strict: t.boolean({ description: 'A verdict that is narrow, so that chance alone may have decided it, is none: not evaluated.' }),
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
    pollIntervalMs: t.int({ description: 'Default 250.' }),
    pollDeadlineMs: t.int({ description: 'Default 60,000.' }),
    checks: t.field({ type: [CheckInput] }),
    secrets: t.field({ type: [SecretMarkInput] }),
    objectives: t.field({ type: [ObjectiveInput] }),
  }),
});
