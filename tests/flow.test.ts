/**
 * The whole sentence on real parts: workflow -> plan -> script -> run -> samples -> intervals -> summary -> verdict.
 * Read this one first.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTarget, startDemoTarget } from '../plugin/demo/target.ts';
import { frameworks } from '../templates/index.ts';
import { childProcesses } from './helpers/leaks.ts';
import { toolPath } from './helpers/places.ts';
import { unlessStarved } from './helpers/runs.ts';
import { type TestServer, testServer } from './helpers/server.ts';

const definition = `{
  "nodes": [{ "id": "answer", "type": "PythonCodeNode", "parameters": { "code": "result = {'text': '{{ as it is }} \${HOME} 12345678901234567890'}" } }],
  "edges": []
}`;

let target: DemoTarget;
let server: TestServer;

beforeAll(async () => {
  target = await startDemoTarget();
  server = await testServer({ target: target.url });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await target.stop();
});
afterEach(() => expect(childProcesses()).toEqual([]));

for (const { key, name } of frameworks)
  describe.skipIf((await toolPath(key)) === null)(`one plan on ${name}`, () => {
    test('a workflow becomes a script, a run, live numbers and a verdict', { timeout: 90_000 }, async () => {
      target.reset();
      const plan = {
        target: { preset: 'studio', baseUrl: target.url },
        load: { preset: { key: 'constant', users: 5, durationMs: 8000 } },
        thinkTime: { minMs: 20, maxMs: 20 },
        objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500 }],
      };

      // The plan is looked at before anything happens.
      const { previewPlan } = await server.query<{ previewPlan: { durationMs: number; canJudge: { sentence: string }[]; effects: { items: { kind: string }[] } } }>(PREVIEW, { framework: key, workflow: { definition }, plan });
      expect(previewPlan.durationMs).toBe(8000);
      expect(previewPlan.effects.items).toMatchObject([{ kind: 'code', mayAct: true }]);

      // The script is a bundle; the definition travels in a data file, byte for byte.
      const { generateScript } = await server.query<{ generateScript: { files: { path: string; text: string }[]; entryFile: string } }>(GENERATE, { input: { framework: key, workflow: { definition }, plan } });
      expect(generateScript.files.find((f) => f.path === 'data/definition.json')?.text).toBe(definition);
      expect(generateScript.files.find((f) => f.path === generateScript.entryFile)?.text).not.toContain('as it is');

      // A run starts, and is watched live.
      const { startRun } = await server.query<{ startRun: { id: string; state: string } }>(START, { input: { framework: key, workflow: { definition }, plan } });
      expect(startRun.state).toBe('QUEUED');
      const points = new Map<number, { executions: number }>();
      let updates = 0;
      for await (const { runMetrics } of server.subscribe<Live>(LIVE, { runId: startRun.id })) {
        updates += 1;
        if (runMetrics.snapshot) points.clear();
        for (const point of runMetrics.metrics) points.set(point.offsetMs, point);
      }
      expect(updates).toBeGreaterThan(5);

      // What it came to: every request that the target received, and a verdict with its counts.
      const { loadTestRun: run } = await server.query<{ loadTestRun: Finished }>(RESULT, { id: startRun.id });
      expect(run).toMatchObject({ state: 'FINISHED', verdict: unlessStarved(run, 'PASSED'), ending: { cause: 'planned_end', exitCode: 0 }, framework: key });
      expect(run.moves.map((move) => move.to)).toEqual(['QUEUED', 'STARTING', 'RUNNING', 'FINISHED']);
      const truth = target.truth();
      expect(run.summary).toMatchObject({ requests: truth.received, executions: truth.received, failedExecutions: 0, linesLost: 0, linesUnreadable: 0 });
      expect([...points.values()].reduce((sum, point) => sum + point.executions, 0)).toBe(truth.received);
      expect(run.objectives[0]).toMatchObject({ metric: 'latency', verdict: unlessStarved(run, 'PASSED'), needed: 59 });
      expect(run.objectives[0]?.samples).toBe(run.steady.executions);

      // And what the target got is what the user wrote.
      expect(Object.keys(truth.bodies)).toEqual([await sha256(definition)]);
      expect(server.errors).toEqual([]);
    });
  });

interface Live {
  readonly runMetrics: { readonly snapshot: boolean; readonly metrics: { readonly offsetMs: number; readonly executions: number }[] };
}

interface Finished {
  readonly moves: { readonly to: string }[];
  readonly summary: { readonly requests: number };
  readonly steady: { readonly executions: number };
  readonly objectives: { readonly samples: number; readonly reasonCode: string | null }[];
}

const REFUSAL = '... on Refusal { code message problems { path message } }';
const PREVIEW = `query ($framework: String, $workflow: WorkflowInput, $plan: PlanInput!) {
  previewPlan(framework: $framework, workflow: $workflow, plan: $plan) { ... on PlanPreview { durationMs canJudge { sentence } effects { items { kind mayAct } } } ${REFUSAL} }
}`;
const GENERATE = `mutation ($input: GenerateScriptInput!) { generateScript(input: $input) { ... on Script { entryFile files { path text } } ${REFUSAL} } }`;
const START = `mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id state } ${REFUSAL} } }`;
const LIVE = 'subscription ($runId: ID!) { runMetrics(runId: $runId) { sequence snapshot metrics { offsetMs executions } } }';
const RESULT = `query ($id: ID!) { loadTestRun(id: $id) {
  state verdict framework moves { to } ending { cause exitCode }
  summary { requests executions failedExecutions linesLost linesUnreadable } steady { executions }
  objectives { metric verdict samples needed slower reasonCode }
} }`;

async function sha256(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('hex');
}
