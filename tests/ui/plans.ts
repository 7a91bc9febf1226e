/** Stored plans, one of each kind: all that a plan can say stands in one of them. */
import type { TestPlan } from '../../server/script/plan.ts';

const target = { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' } as const;

export const plans: Record<string, TestPlan> = {
  'the smallest': { target, load: { preset: { key: 'smoke' } } },
  'a smoke test with a size': { target, load: { preset: { key: 'smoke', users: 3, durationMs: 5000 } } },
  'stages of users': { target, load: { closed: { stages: [{ durationMs: 0, users: 5 }, { durationMs: 20_500, users: 5 }] } }, thinkTime: { minMs: 250, maxMs: 1000 } },
  'stages of a rate': { target, load: { open: { stages: [{ durationMs: 60_000, ratePerSecond: 0.5 }], maxUsers: 7 } }, warmUpMs: 0, requestTimeoutMs: 1500 },
  'everything else': {
    target: { preset: 'gateway', baseUrl: 'https://example.test', workflowName: 'orders', path: '/x', headers: [{ name: 'X-A', value: ' spaces ' }], auth: { bearer: { variable: 'TOKEN' } }, failOnSuccessFalse: false, mode: 'async' },
    load: { preset: { key: 'spike', ratePerSecond: 12.5, durationMs: 90_000 } },
    inputs: { fixed: '{"id": 12345678901234567890}' },
    connections: 'perIteration',
    pollIntervalMs: 40,
    pollDeadlineMs: 90_500,
    checks: [{ name: 'a', path: '', equals: '{"a": [1, null]}' }, { name: ' b ', path: '/a~1b/0', equals: '"x"' }],
    secrets: [{ path: '/nodes/0/parameters/api_key', secret: false }, { path: '/x', secret: true }],
    objectives: [
      { metric: 'latency', statistic: 'p999', comparison: '<=', value: 1500, requestName: 'execute', during: 'whole' },
      { metric: 'error_ratio', comparison: '<', value: 0.07, during: 'steady' },
      { metric: 'throughput', comparison: '>', value: 9.5 },
      { metric: 'checks_ratio', comparison: '>=', value: 0.999, abortAfterMs: 30_000 },
      { metric: 'latency', statistic: 'max', comparison: '<', value: 0.5, requestName: 'poll', abortAfterMs: 1500 },
    ],
  },
  'sessions whose users log in': {
    target: { preset: 'sessions', baseUrl: 'http://127.0.0.1:8000/app', auth: { login: { path: '/in', usernameVariable: 'U', passwordVariable: 'P', tokenField: '/data/to~0ken' } } },
    load: { preset: { key: 'smoke' } },
    inputs: { dataset: { format: 'csv', text: 'a;b\r\n007;x', order: 'random', seed: 0 } },
  },
  'another API': {
    target: { preset: 'custom', baseUrl: 'http://127.0.0.1', path: '/run', method: 'PUT', body: '', auth: { apiKey: { header: 'X-Key', variable: 'KEY' } } },
    load: { preset: { key: 'smoke' } },
    inputs: { dataset: { format: 'json', text: '{"n": 1}', order: 'unique' } },
  },
  'authentication said to be none': { target: { ...target, auth: { none: true } }, load: { preset: { key: 'soak' } }, objectives: [] },
};
