/** Adding a framework is a folder and a line in the list: a fourth one, which only tests have, is run by the server from end to end, and nothing else was edited for it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoTarget, startDemoTarget } from '../../plugin/demo/target.ts';
import { openTools } from '../../server/tools/tools.ts';
import { frameworks as products } from '../../templates/index.ts';
import { fourth } from '../fourth/index.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { explicit, searchPath, toolsFolder } from '../helpers/places.ts';
import { accepted, settled, unlessStarved } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const frameworks = [...products, fourth];
const LOGIN = { username: 'ada', password: 'p"\\w' };

let target: DemoTarget;
let server: TestServer;
beforeAll(async () => {
  target = await startDemoTarget({ login: LOGIN });
  server = await testServer({ target: target.url, frameworks, tools: openTools({ toolsFolder, searchPath, explicit }, new Map(), frameworks) });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await target.stop();
  expect(childProcesses()).toEqual([]);
});

const definition = '{"nodes":[{"id":"a","type":"PythonCodeNode","parameters":{"code":"result = 1","api_key":"sk-\\u0041 {{ x }}"}}],"edges":[],"metadata":{"demo":{"delayMs":15}}}';

test('it is listed with its tool like all the others', async () => {
  const answer = await server.query<{ frameworks: object[] }>('{ frameworks { key name available version problem loadModels installHint } }');
  expect(answer.frameworks).toHaveLength(products.length + 1);
  expect(answer.frameworks.at(-1)).toEqual({ key: 'fourth', name: 'Fourth', available: true, version: process.versions.node, problem: null, loadModels: ['closed', 'open'], installHint: 'It is Node.' });
});

test('its script is made, checked and run; its samples are counted and judged', async () => {
  const plan = {
    target: { preset: 'studio', baseUrl: target.url, auth: { login: { path: '/api/auth/login', usernameVariable: 'LT_USER', passwordVariable: 'LT_PASSWORD', tokenField: 'token' } } },
    load: { open: { stages: [{ durationMs: 0, ratePerSecond: 25 }, { durationMs: 4000, ratePerSecond: 25 }], maxUsers: 10 } },
    objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 2000 }],
  };
  const environment = [{ name: 'LT_USER', value: LOGIN.username }, { name: 'LT_PASSWORD', value: LOGIN.password }];
  const run = await settled(server, await accepted(server, { framework: 'fourth', workflow: { definition }, plan, environment }));
  const truth = target.truth();
  expect(run, JSON.stringify(server.errors)).toMatchObject({ state: 'FINISHED', verdict: unlessStarved(run, 'PASSED'), summary: { requests: truth.received, executions: 100, iterationsStarted: 100, inFlightAtEnd: 0, linesUnreadable: 0 } });
  expect(Object.fromEntries(run.requests.map(({ name, requests }) => [name, requests]))).toEqual({ login: truth.byName['POST /api/auth/login']?.received, execute: 100 });
  expect(truth.statuses).toEqual({ 200: truth.received });
  expect(truth.bodies).toEqual({ [createHash('sha256').update(definition).digest('hex')]: 100 });
});
