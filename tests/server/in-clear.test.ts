import { expect, test } from 'vitest';
import { generateScript, warningsOf } from '../../server/script/generate.ts';
import { parsePlan } from '../../server/script/plan.ts';
import { type ResolvedPlan, resolvePlan } from '../../server/script/resolve.ts';
import { readWorkflow } from '../../server/workflow/read.ts';
import { frameworks } from '../../templates/index.ts';

function planOf(target: object, more: object = {}): ResolvedPlan {
  const { plan, problems } = parsePlan({ target: { preset: 'custom', path: '/run', baseUrl: 'http://127.0.0.1:8000', ...target }, load: { preset: { key: 'constant' } }, ...more });
  if (!plan) throw new Error(JSON.stringify(problems));
  return resolvePlan(plan);
}

/** Put together here, so that no file of this repository holds what looks like a key. */
const key = `sk-proj-${'a1B2c3D4e5'.repeat(2)}`;
const CLEAR = 'It is sent as it is and stands in the script in clear: whoever has the script has it.';

test('a credential that a plan sends itself is told with its place, never with its text', () => {
  expect(warningsOf(planOf({ headers: [{ name: 'X-A', value: 'a' }, { name: 'X-Upstream', value: `Key ${key}` }] }))).toEqual([`The header X-Upstream holds what looks like a credential. ${CLEAR}`]);
  expect(warningsOf(planOf({ body: `{"a":[{"api_key":"${key}"}]}` }))).toEqual([`The body holds what looks like a credential, at /a/0/api_key. ${CLEAR}`]);
  expect(warningsOf(planOf({ body: `a=1&password=hunter22` }))).toEqual([`The body holds what looks like a credential. ${CLEAR}`]);
  expect(warningsOf(planOf({ preset: 'studio', path: undefined }, { inputs: { fixed: '{"dsn":"postgresql://u:p4ss@db/x"}' } }))).toEqual([`The fixed inputs hold what looks like a credential, at /dsn. ${CLEAR}`]);
});

test('what only a key calls secret is not told: it may be what is tested', () => {
  expect(warningsOf(planOf({ body: '{"password":"hunter2","inputs":{"$inputs":true}}', headers: [{ name: 'X-Tenant', value: 'north' }] }, { inputs: { fixed: '{"token":"abc","n":{"$uuid":true}}' } }))).toEqual([]);
});

test('a script tells it too', () => {
  const { workflow } = readWorkflow('{"nodes":[{"id":"a","type":"X","parameters":{}}],"edges":[]}');
  const [framework] = frameworks;
  if (!workflow || !framework) throw new Error('nothing to generate');
  expect(generateScript(framework, workflow, planOf({ body: `{"k":"${key}"}` }), null).script.warnings).toContain(`The body holds what looks like a credential, at /k. ${CLEAR}`);
});
