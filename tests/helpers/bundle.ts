/** Bundles run by hand: what a user does with a downloaded script, in a clean shell without this product. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bundle, Framework, ScriptInput, ScriptObjective, ScriptPlan, ScriptRequest } from '../../templates/framework.ts';

export const p95Below = (limitMs: number): ScriptObjective => ({
  metric: 'latency', statistic: 'p95', comparison: '<', value: limitMs, requestName: null, during: 'steady', added: false,
  perMille: 950, slowerFromMicros: limitMs * 1000, limitPpm: null,
});

export const fewFailures: ScriptObjective = {
  metric: 'error_ratio', statistic: null, comparison: '<', value: 0.01, requestName: null, during: 'steady', added: true,
  perMille: null, slowerFromMicros: null, limitPpm: 10_000,
};

/** 3 closed users for 4 s, p95 < 500 ms; overrides are merged into plan and request. */
export function scriptInput(baseUrl: string, plan: Partial<ScriptPlan> = {}, request: Partial<ScriptRequest> = {}): ScriptInput {
  const definition = '{"nodes":[{"id":"fast","type":"PythonCodeNode","parameters":{"code":"result = 1"}}],"edges":[]}';
  return {
    generatorVersion: '0.1.0',
    workflowHash: 'a'.repeat(64),
    workflowShape: 'studio',
    planHash: 'b'.repeat(64),
    planText: '{"load":{}}',
    plan: {
      model: 'closed', stages: [{ durationMs: 0, target: 3 }, { durationMs: 4000, target: 3 }], maxUsers: 3, maxIterations: null,
      durationMs: 4000, plannedIterations: null, steady: [[800, 4000]], thinkTimeMs: [0, 0], requestTimeoutMs: 5000, connections: 'reuse',
      objectives: [p95Below(500), fewFailures], ...plan,
    },
    request: {
      name: 'execute', method: 'POST', baseUrl, path: '/api/workflow/execute', headers: [], body: [{ file: 'data/definition.json' }],
      success: { rule: 'studio', failOnSuccessFalse: true }, bearerVariable: null, ...request,
    },
    data: { 'data/definition.json': definition },
  };
}

/** The inputs of the golden bundles, the same for every framework. */
export const goldenInputs: Readonly<Record<string, ScriptInput>> = {
  'closed-studio': scriptInput('http://127.0.0.1:8000', {
    stages: [{ durationMs: 4000, target: 5 }, { durationMs: 16_000, target: 5 }],
    maxUsers: 5, durationMs: 20_000, steady: [[4000, 20_000]], thinkTimeMs: [200, 800],
  }),
  'open-gateway': scriptInput(
    'https://gateway.example.com/base',
    {
      model: 'open', stages: [{ durationMs: 0, target: 2.5 }, { durationMs: 10_000, target: 2.5 }], maxUsers: 10, durationMs: 10_000, plannedIterations: 25,
      steady: [[2000, 10_000]], connections: 'perIteration',
      objectives: [{ ...p95Below(750), comparison: '<=', slowerFromMicros: 750_001, requestName: 'execute', during: 'whole' }, fewFailures],
    },
    {
      path: '/workflows/price/execute', body: [{ text: '{"inputs":' }, { file: 'data/inputs.json' }, { text: '}' }], bearerVariable: 'GATEWAY_TOKEN',
      headers: [{ name: 'X-Durable', value: 'false' }, { name: 'x-tags', value: 'a' }, { name: 'X-Tags', value: 'b' }], success: { rule: 'gateway', failOnSuccessFalse: false },
    },
  ),
  smoke: scriptInput('http://127.0.0.1:8000', {
    stages: [{ durationMs: 0, target: 1 }, { durationMs: 60_000, target: 1 }], maxUsers: 1, maxIterations: 5, plannedIterations: 5, durationMs: 60_000, steady: [[0, 60_000]],
  }),
};

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
