/** Bundles run by hand: what a user does with a downloaded script, in a clean shell without this product. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BodyPart, Bundle, Framework, ScriptFlow, ScriptInput, ScriptObjective, ScriptPlan, ScriptRequest } from '../../templates/framework.ts';

export const p95Below = (limitMs: number): ScriptObjective => ({
  metric: 'latency', statistic: 'p95', comparison: '<', value: limitMs, requestName: null, during: 'steady', added: false,
  perMille: 950, slowerFromMicros: limitMs * 1000, limitPpm: null, abortAfterMs: null,
});

export const fewFailures: ScriptObjective = {
  metric: 'error_ratio', statistic: null, comparison: '<', value: 0.01, requestName: null, during: 'steady', added: true,
  perMille: null, slowerFromMicros: null, limitPpm: 10_000, abortAfterMs: null,
};

export const mostChecks: ScriptObjective = { ...fewFailures, metric: 'checks_ratio', comparison: '>=', value: 0.99, added: false };

const JSON_HEADERS = [
  { name: 'content-type', value: 'application/json' },
  { name: 'accept-encoding', value: 'identity' },
  { name: 'user-agent', value: 'load-test/0.1.0' },
];

/** One request of a flow: a POST of JSON unless told otherwise. */
export function requestTo(path: string, body: readonly BodyPart[] | null, request: Partial<ScriptRequest> = {}): ScriptRequest {
  return { name: 'execute', method: body === null ? 'GET' : 'POST', path, headers: body === null ? JSON_HEADERS.slice(1) : JSON_HEADERS, body, success: 'studio', takes: null, ...request };
}

/** 3 closed users for 4 s against a Studio, p95 < 500 ms; overrides are merged into plan, flow and the rest. */
export function scriptInput(baseUrl: string, plan: Partial<ScriptPlan> = {}, flow: Partial<ScriptFlow> = {}, rest: Partial<ScriptInput> = {}): ScriptInput {
  const definition = '{"nodes":[{"id":"fast","type":"PythonCodeNode","parameters":{"code":"result = 1"}}],"edges":[]}';
  const requestTimeoutMs = plan.requestTimeoutMs ?? 5000;
  return {
    generatorVersion: '0.1.0',
    workflowHash: 'a'.repeat(64),
    baselineHash: null,
    workflowShape: 'studio',
    planHash: 'b'.repeat(64),
    planText: '{"load":{}}',
    plan: {
      model: 'closed', stages: [{ durationMs: 0, target: 3 }, { durationMs: 4000, target: 3 }], maxUsers: 3, maxIterations: null,
      durationMs: 4000, plannedIterations: null, steady: [[800, 4000]], thinkTimeMs: [0, 0], requestTimeoutMs,
      pollIntervalMs: null, pollDeadlineMs: null, longestIterationMs: requestTimeoutMs + (plan.pollDeadlineMs ?? 0), seed: 1, connections: 'reuse',
      objectives: [p95Below(500), fewFailures], ...plan,
    },
    flow: {
      baseUrl, credential: null, login: null, setUp: [], execute: requestTo('/api/workflow/execute', [{ file: 'data/definition.json' }]), baseline: null, poll: null,
      failOnSuccessFalse: true, checks: [], inputs: null, secrets: [], ...flow,
    },
    variables: [],
    data: { 'data/definition.json': definition },
    customTemplates: null,
    ...rest,
  };
}

/** Sync and async executions of a workflow that a gateway knows by name. */
export const gatewayFlow = (name: string, body: readonly BodyPart[] = [{ text: '{"inputs":{}}' }]): Partial<ScriptFlow> => ({
  execute: requestTo(`/workflows/${name}/execute`, body, { headers: [...JSON_HEADERS, { name: 'X-Durable', value: 'false' }], success: 'gateway' }),
});
export const asyncGatewayFlow = (name: string): Partial<ScriptFlow> => ({
  execute: requestTo(`/workflows/${name}/execute`, [{ text: '{"inputs":{},"mode":"async"}' }], {
    headers: [...JSON_HEADERS, { name: 'X-Durable', value: 'false' }], success: 'accepted', takes: { value: 'execution', pointer: '/execution_id' },
  }),
  poll: requestTo(`/workflows/${name}/status/{execution}`, null, { name: 'poll', success: 'polledGateway' }),
});
/** With `data/workflow.json` each user creates its workflow first; else the server knows it by this id. */
export const sessionsFlow = (workflowId: string | null): Partial<ScriptFlow> => ({
  setUp: [
    requestTo('/api/sessions', [{ text: '{}' }], { name: 'session', success: 'value', takes: { value: 'session', pointer: '/session_id' } }),
    ...(workflowId === null
      ? [requestTo('/api/workflows?session_id={session}', [{ file: 'data/workflow.json' }], { name: 'workflow', success: 'value', takes: { value: 'workflow' as const, pointer: '/workflow_id' } })]
      : []),
  ],
  execute: requestTo('/api/executions?session_id={session}', [{ text: '{"workflow_id":' }, workflowId === null ? { value: 'workflow' } : { text: JSON.stringify(workflowId) }, { text: ',"inputs":{}}' }], {
    success: 'started', takes: { value: 'execution', pointer: '/execution_id' },
  }),
  poll: requestTo('/api/executions/{execution}?session_id={session}', null, { name: 'poll', success: 'polledSessions' }),
});
export const polled: Partial<ScriptPlan> = { pollIntervalMs: 50, pollDeadlineMs: 10_000 };

/** Each user logs in with these two variables and sends the token it got. */
export const loginFlow: Partial<ScriptFlow> = {
  credential: { header: 'authorization', prefix: 'Bearer ', variable: null },
  login: requestTo('/api/auth/login', [{ text: '{"username":' }, { variable: 'LT_USER' }, { text: ',"password":' }, { variable: 'LT_PASSWORD' }, { text: '}' }], {
    name: 'login', success: 'value', takes: { value: 'token', pointer: '/token' },
  }),
};
export const loginVariables: ScriptInput['variables'] = [
  { name: 'LT_USER', holds: 'the user name of the login', kind: 'text' },
  { name: 'LT_PASSWORD', holds: 'the password of the login', kind: 'text' },
];
export const bearer = (variable: string): Partial<ScriptFlow> => ({ credential: { header: 'authorization', prefix: 'Bearer ', variable } });
export const bearerVariable = (name: string): ScriptInput['variables'] => [{ name, holds: 'the bearer token', kind: 'header' }];

/** Text of a file of a bundle; empty when it has none of this path. */
export const textOf = (bundle: Bundle, file: string): string => bundle.files.find((f) => f.path === file)?.text ?? '';

export async function writeBundle(bundle: Bundle): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bundle-'));
  for (const file of bundle.files) {
    const at = path.join(folder, file.path);
    await mkdir(path.dirname(at), { recursive: true });
    await writeFile(at, file.text);
  }
  return folder;
}

export interface HandRun {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Last line of standard output. */
  readonly lastLine: string;
}

/** Runs the bundle's own command line in its folder, through a shell, with only PATH and HOME in the environment. */
export function runByHand(folder: string, command: string, env: Record<string, string> = {}, during?: (pid: number) => void): Promise<HandRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => { stdout += chunk; });
    child.stderr.on('data', (chunk: Buffer) => { stderr += chunk; });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' }));
    if (child.pid !== undefined) during?.(child.pid);
  });
}

export async function generateInto(framework: Framework, input: ScriptInput): Promise<{ folder: string; bundle: Bundle }> {
  const bundle = framework.generate(input);
  return { folder: await writeBundle(bundle), bundle };
}
