/**
 * Workflows and plans as users give them, whose bundles are kept as golden files: all four kinds of targets, both models, a preset of each,
 * every kind of inputs and of credentials. What comes of them goes the whole way: plan, flow, script.
 */
import type { ScriptInput } from '../../templates/framework.ts';
import { given } from './generated.ts';

interface Golden {
  /** The workflow's text. */
  readonly definition: string;
  /** What a user sends, in the shape of PlanInput. */
  readonly plan: object;
  /** The text of the definition that iterations alternate with. */
  readonly compareWith?: string;
}

const node = (id: string, parameters: object, type = 'PythonCodeNode') => ({ id, type, parameters });
const definition = (...nodes: object[]) => JSON.stringify({ nodes, edges: [] });
const wrapped = (inputs: object, ...nodes: object[]) => `{"workflow_definition": ${definition(...nodes)}, "inputs": ${JSON.stringify(inputs)}}`;
const fast = definition(node('fast', { code: 'result = 1' }));

/** Zeros before a number stay: cells are texts. */
const rows = (count: number) => ['sku', ...Array.from({ length: count }, (_, i) => String(i).padStart(3, '0')), ''].join('\n');

const local = 'http://127.0.0.1:8000';
const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 500 };

export const goldens: Readonly<Record<string, Golden>> = {
  'closed-studio': {
    definition: fast,
    plan: {
      target: { preset: 'studio', baseUrl: local },
      load: { closed: { stages: [{ durationMs: 4000, users: 5 }, { durationMs: 16_000, users: 5 }] } },
      thinkTime: { minMs: 200, maxMs: 800 }, requestTimeoutMs: 5000, objectives: [p95],
    },
  },
  'open-gateway': {
    definition: fast,
    plan: {
      target: {
        preset: 'gateway', baseUrl: 'https://gateway.example.com/base/', workflowName: 'price', headers: [{ name: 'x-tags', value: 'a, b' }],
        auth: { bearer: { variable: 'GATEWAY_TOKEN' } }, failOnSuccessFalse: false,
      },
      load: { open: { stages: [{ durationMs: 0, ratePerSecond: 2.5 }, { durationMs: 10_000, ratePerSecond: 2.5 }], maxUsers: 10 } },
      inputs: { dataset: { format: 'csv', text: rows(25), order: 'unique' } },
      checks: [{ name: 'a price', path: '/outputs/price/result/currency', equals: '"EUR"' }],
      objectives: [
        { metric: 'latency', statistic: 'p95', comparison: '<=', value: 750, requestName: 'execute', during: 'whole', abortAfterMs: 5000 },
        { metric: 'checks_ratio', comparison: '>=', value: 0.99 },
      ],
      requestTimeoutMs: 5000, connections: 'perIteration',
    },
  },
  smoke: {
    definition: definition(node('ask', { api_key: 'sk-0123456789abcdef' }, 'LLMAgentNode')),
    plan: { target: { preset: 'studio', baseUrl: local }, load: { preset: { key: 'smoke' } }, requestTimeoutMs: 5000, objectives: [p95] },
  },
  sessions: {
    definition: fast,
    plan: {
      target: { preset: 'sessions', baseUrl: local, auth: { login: { path: '/api/auth/login', usernameVariable: 'LT_USER', passwordVariable: 'LT_PASSWORD', tokenField: 'token' } } },
      load: { closed: { stages: [{ durationMs: 0, users: 3 }, { durationMs: 4000, users: 3 }] } },
      requestTimeoutMs: 5000, pollIntervalMs: 50, pollDeadlineMs: 10_000, objectives: [p95],
    },
  },
  'ramp-custom': {
    definition: definition(node('send', { url: 'https://user:pa55w0rd@example.com/hook' }, 'HTTPRequestNode')),
    plan: {
      target: {
        preset: 'custom', baseUrl: local, path: '/jobs?kind=%7Bload%7D', method: 'PUT', body: '{"run": {"$workflow": true}, "with": {"$inputs": true}}',
        auth: { apiKey: { header: 'X-Api-Key', variable: 'API_KEY' } },
      },
      load: { preset: { key: 'ramp', ratePerSecond: 4, durationMs: 30_000 } },
      inputs: { fixed: '{"id": {"$uuid": true}, "n": {"$int": [1, 6]}, "note": {"$text": ["no. ", {"$counter": 1}]}}' },
      objectives: [{ metric: 'latency', statistic: 'p999', comparison: '<', value: 16.1 }, { metric: 'throughput', comparison: '>=', value: 3.5 }, { metric: 'error_ratio', comparison: '<=', value: 0.02, during: 'whole' }],
    },
  },
  // The same key in both, and one that only the older one has; each came with inputs of its own.
  'two-definitions': {
    definition: wrapped({ sku: 'a' }, node('ask', { api_key: 'sk-0123456789abcdef', model: 'new' }, 'LLMAgentNode')),
    compareWith: wrapped({ sku: 'b' }, node('ask', { api_key: 'sk-0123456789abcdef', model: 'old' }, 'LLMAgentNode'), node('send', { token: 'tok-fedcba9876543210' }, 'HTTPRequestNode')),
    plan: {
      target: { preset: 'studio', baseUrl: local },
      load: { closed: { stages: [{ durationMs: 0, users: 2 }, { durationMs: 10_000, users: 2 }] } },
      requestTimeoutMs: 5000, objectives: [p95],
    },
  },
};

/** What a framework is given of them. */
export const goldenInputs: Readonly<Record<string, ScriptInput>> = Object.fromEntries(Object.entries(goldens).map(([name, golden]) => [name, given(golden.definition, golden.plan, golden.compareWith).input]));
