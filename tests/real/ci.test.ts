/** `node plugin/ci.js test.json`, as a pipeline runs it: in a process of its own, with nothing in its environment, against a target. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTarget, startDemoTarget } from '../../plugin/demo/target.ts';
import { frameworks } from '../../templates/index.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { long } from '../helpers/long.ts';
import { searchPath, toolPath } from '../helpers/places.ts';
import { unlessStarved } from '../helpers/runs.ts';
import { until } from '../helpers/until.ts';

const COMMAND = path.join(import.meta.dirname, '../../plugin/ci.js');

let target: DemoTarget;
let folder: string;
beforeAll(async () => {
  [target, folder] = await Promise.all([startDemoTarget(), mkdtemp(path.join(tmpdir(), 'pipeline-'))]);
});
afterAll(async () => {
  await target.stop();
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly verdict: { readonly verdict: string; readonly exitCode: number; readonly notes: readonly string[]; readonly run: { readonly state: string; readonly summary: { readonly executions: number }; readonly objectives: readonly { readonly reasonCode: string | null }[] } };
  readonly summary: string;
}

const workflowNamed = (name: string): string => JSON.stringify({ metadata: { name }, nodes: [{ id: 'a', type: 'PythonCodeNode', parameters: {} }], edges: [] });

/** @param name of its workflow, and of the folder in which all of it lies */
async function pipeline(name: string, framework: string, plan: object, during?: (pid: number) => Promise<void>): Promise<Ended> {
  const { pathVariable } = frameworks.find(({ key }) => key === framework)?.tool ?? { pathVariable: '' };
  const place = await mkdtemp(path.join(folder, name));
  await writeFile(path.join(place, 'workflow.json'), workflowNamed(name));
  const whole = { target: { preset: 'studio', baseUrl: target.url }, thinkTime: { minMs: 20, maxMs: 20 }, warmUpMs: 0, ...plan };
  await writeFile(path.join(place, 'test.json'), JSON.stringify({ framework, workflow: { definition: 'workflow.json' }, plan: whole }));
  const child = spawn(process.execPath, [COMMAND, 'test.json'], { cwd: place, env: { PATH: searchPath, HOME: place, [pathVariable]: (await toolPath(framework)) ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk; });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await during?.(child.pid ?? 0);
  const code = await ended;
  const result = (file: string) => readFile(path.join(place, 'load-test-results', file), 'utf8').catch((error: unknown) => Promise.reject(new Error(output, { cause: error })));
  return { code, output, verdict: JSON.parse(await result('verdict.json')), summary: await result('summary.md') };
}

const p95Below = (value: number) => ({ objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value }] });
const users = (durationMs: number) => ({ load: { preset: { key: 'constant', users: 2, durationMs } } });

for (const { key, name } of long ? frameworks : frameworks.filter((framework) => framework.key === 'locust'))
  describe.skipIf((await toolPath(key)) === null)(`a pipeline with ${name}`, () => {
    test('passes, fails, and is interrupted: each with its exit code and its summary, and no process is left', async () => {
      target.reset();
      const [passed, failed, interrupted] = await Promise.all([
        pipeline('passing', key, { ...users(3000), ...p95Below(2000) }),
        pipeline('failing', key, { ...users(3000), ...p95Below(0.01) }),
        pipeline('interrupted', key, { ...users(120_000), ...p95Below(2000) }, async (pid) => {
          const own = createHash('sha256').update(workflowNamed('interrupted')).digest('hex');
          await until('its load is there', () => (target.truth().bodies[own] ?? 0) > 10, 60_000);
          process.kill(pid, 'SIGTERM');
        }),
      ]);
      expect(childProcesses()).toEqual([]);

      const verdict = unlessStarved(passed.verdict.run, 'PASSED');
      expect(passed).toMatchObject({ code: verdict === 'PASSED' ? 0 : 99, verdict: { verdict, run: { state: 'FINISHED' } } });
      expect(passed.summary).toMatch(/^## (✅ Load test passed|⚠️ Load test not evaluated): passing$/m);
      // What the script itself prints is there, but for its verdict: there is one only.
      expect(passed.output).toMatch(/p95/);
      expect(passed.output).not.toContain('LOADTEST_VERDICT');

      expect(failed).toMatchObject({ code: 99, verdict: { verdict: unlessStarved(failed.verdict.run, 'FAILED') } });
      expect(failed.verdict.run.summary.executions).toBeGreaterThan(0);

      expect(interrupted).toMatchObject({ code: 143, verdict: { verdict: 'NOT_EVALUATED', exitCode: 143, notes: ['It was interrupted by SIGTERM.'], run: { state: 'ABORTED' } } });
      expect(interrupted.summary).toContain('> It was interrupted by SIGTERM.');
    });
  });
