import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostWorkflow } from '../../plugin/host.ts';
import { type DemoTarget, startDemoTarget } from '../../plugin/demo/target.ts';
import { openTools } from '../../server/tools/tools.ts';
import { searchPath, toolsFolder } from '../helpers/places.ts';
import { accepted, definition, planFor, read, REFUSAL, settled, start, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

const llm = '{"nodes":[{"id":"ask","type":"LLMAgentNode","parameters":{"model":"small-1"}}],"edges":[]}';

const hosted: HostWorkflow[] = [{ id: 'wf-1', name: 'Kept by the host', definition }];
let target: DemoTarget;
let server: TestServer;
beforeAll(async () => {
  target = await startDemoTarget();
  server = await testServer({ target: target.url, tools: await misbehavingLocust('exit 1'), secrets: { FROM_HOST: 'kept' }, workflows: hosted });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await target.stop();
});

const input = (plan: object, more: object = {}) => ({ framework: 'locust', workflow: { definition }, plan: planFor(target.url, plan), ...more });

describe('a plan that cannot be run is refused with the path', () => {
  const closed = (...stages: object[]) => ({ load: { closed: { stages } } });
  const cases: [name: string, plan: object, path: string][] = [
    ['0 users', closed({ durationMs: 5000, users: 0 }), 'load.closed.stages'],
    ['a negative stage', closed({ durationMs: 1000, users: 1 }, { durationMs: -5, users: 1 }), 'load.closed.stages[1].durationMs'],
    ['negative users in the third stage', closed({ durationMs: 1000, users: 1 }, { durationMs: 1000, users: 1 }, { durationMs: 1000, users: -1 }), 'load.closed.stages[2].users'],
    ['no stage at all', closed(), 'load.closed.stages'],
    ['a preset that does not exist', { load: { preset: { key: 'nova' } } }, 'load.preset.key'],
    ['a target that is no address', { target: { preset: 'studio', baseUrl: 'tomorrow' } }, 'target.baseUrl'],
    ['an address with a password', { target: { preset: 'studio', baseUrl: 'http://a:b@127.0.0.1' } }, 'target.baseUrl'],
    ['a gateway without a name', { target: { preset: 'gateway', baseUrl: 'http://127.0.0.1' } }, 'target.workflowName'],
    ['inputs that are not JSON', { inputs: { fixed: '{"n": ' } }, 'inputs.fixed'],
    ['an objective that means nothing', { objectives: [{ metric: 'latency', comparison: '<', value: 1 }] }, 'objectives[0].statistic'],
    ['a think time that ends before it begins', { thinkTime: { minMs: 5, maxMs: 1 } }, 'thinkTime.maxMs'],
  ];
  for (const [name, plan, path] of cases)
    test(name, async () => {
      const answer = await start(server, input(plan));
      expect(answer).toMatchObject({ __typename: 'Refusal', code: 'invalid_plan' });
      expect(answer.problems?.map((p) => p.path)).toContain(path);
      expect(answer.message).toMatch(/[.]$/);
    });
});

describe('a definition that cannot be read is refused with a sentence', () => {
  for (const [name, text] of [['empty', ''], ['broken JSON', '{"nodes": ['], ['an empty object', '{}'], ['a number', '7'], ['no nodes', '{"nodes":[],"edges":[]}']] as const)
    test(name, async () => {
      const answer = await start(server, input({}, { workflow: { definition: text } }));
      expect(answer).toMatchObject({ code: 'invalid_workflow' });
      expect(answer.message?.length).toBeGreaterThan(15);
    });
});

describe('what is not there', () => {
  test('an unknown framework names the ones that exist', async () => {
    const answer = await start(server, input({}, { framework: 'jmeter' }));
    expect(answer).toMatchObject({ code: 'invalid_input', problems: [{ path: 'framework' }] });
    expect(answer.message).toContain('locust');
  });

  test('a framework whose tool is not installed says how to get it', async () => {
    await using bare = await testServer({ tools: openTools({ toolsFolder: '/nonexistent', searchPath: '/nonexistent', explicit: {} }) });
    expect(await start(bare, input({}, { framework: 'k6' }))).toMatchObject({ code: 'framework_unavailable', message: expect.stringContaining('K6_PATH') });
    const { frameworks } = await bare.query<{ frameworks: object[] }>('{ frameworks { key available problem installHint } }');
    expect(frameworks).toContainEqual({ key: 'k6', available: false, problem: 'k6 was not found.', installHint: expect.stringContaining('K6_PATH') });
  });

  test('an explicit path to a tool that is not there says so', async () => {
    await using bare = await testServer({ tools: openTools({ toolsFolder, searchPath, explicit: { K6_PATH: '/nonexistent/k6' } }) });
    expect(await start(bare, input({}, { framework: 'k6' }))).toMatchObject({ code: 'framework_unavailable', message: expect.stringContaining('/nonexistent/k6') });
  });

  test('an unknown workflow, run or test', async () => {
    expect(await start(server, input({}, { workflow: { id: 'nobody' } }))).toMatchObject({ code: 'not_found' });
    for (const id of ['', 'x', Buffer.from('LoadTestRun:1').toString('base64'), Buffer.from('LoadTest:00000000-0000-4000-8000-000000000000').toString('base64')]) {
      expect(await stop(server, id)).toMatchObject({ code: 'not_found' });
      expect(await read(server, id)).toBeNull();
    }
  });
});

describe('a target that may not be tested', () => {
  for (const baseUrl of ['http://example.com', 'http://169.254.169.254', 'http://[fe80::1]', 'http://10.0.0.1'])
    test(baseUrl, async () => {
      expect(await start(server, input({ target: { preset: 'studio', baseUrl } }))).toMatchObject({ code: 'target_not_allowed', problems: [{ path: 'target.baseUrl' }] });
    });

  test('one that the operator allows is taken; a metadata address never is', async () => {
    await using open = await testServer({ limits: { allowedTargets: ['10.0.0.1', '169.254.169.254'] }, tools: await misbehavingLocust('exit 1') });
    const id = await accepted(open, input({ target: { preset: 'studio', baseUrl: 'http://10.0.0.1' } }));
    await settled(open, id);
    expect(await start(open, input({ target: { preset: 'studio', baseUrl: 'http://169.254.169.254' } }))).toMatchObject({ code: 'target_not_allowed' });
  });
});

describe('variables', () => {
  const bearer = (variable: string) => ({ target: { preset: 'studio', baseUrl: target.url, auth: { bearer: { variable } } } });

  test('one without a value is named', async () => {
    expect(await start(server, input(bearer('MISSING_TOKEN')))).toMatchObject({ code: 'environment_missing', message: expect.stringContaining('MISSING_TOKEN'), problems: [{ path: 'environment.MISSING_TOKEN' }] });
  });

  test('one whose value would break a header, or the process, is refused without telling the value', async () => {
    for (const value of ['sesame\n', 'sesame\r\nX-Admin: 1', 'sesame\0', 'sésame', 'sesame\ud800', `sesame${'x'.repeat(20_000)}`]) {
      const answer = await start(server, input(bearer('FROM_USER'), { environment: [{ name: 'FROM_USER', value }] }));
      expect(answer).toMatchObject({ code: 'invalid_input', problems: [{ path: 'environment.FROM_USER' }] });
      expect(JSON.stringify(answer)).not.toContain('same');
    }
  });

  test('one that the script does not ask for is refused with those that it does', async () => {
    const answer = await start(server, input(bearer('FROM_USER'), { environment: [{ name: 'PATH', value: '/tmp' }, { name: 'FROM_USER', value: 'sesame-4711' }] }));
    const message = 'The script does not ask for this variable, but for FROM_USER.';
    expect(answer).toMatchObject({ code: 'invalid_input', message: `PATH: ${message}`, problems: [{ path: 'environment.PATH', message }] });
    expect(await start(server, input({}, { environment: [{ name: 'PATH', value: '/tmp' }] }))).toMatchObject({ code: 'invalid_input', message: 'PATH: The script asks for no variable.' });
  });

  test('those of secrets that were found in the definition may be given', async () => {
    const secret = '{"nodes":[{"id":"a","type":"HTTPRequestNode","parameters":{"api_key":"sk-live-51H8xYzAbCdEfGhIjKl"}}],"edges":[]}';
    const { generateScript } = await server.query<{ generateScript: { variables: { name: string }[] } }>(
      'mutation ($input: GenerateScriptInput!) { generateScript(input: $input) { ... on Script { variables { name } } } }',
      { input: { framework: 'locust', workflow: { definition: secret }, plan: planFor(target.url) } },
    );
    expect(generateScript.variables).toHaveLength(1);
    const environment = generateScript.variables.map(({ name }) => ({ name, value: 'another one' }));
    expect((await start(server, input({}, { workflow: { definition: secret }, environment }))).code).toBe('effects_not_acknowledged');
    const acknowledgedEffects = (await start(server, input({}, { workflow: { definition: secret }, environment }))).effectsHash;
    await accepted(server, input({}, { workflow: { definition: secret }, environment, acknowledgedEffects }));
  });

  test('a value comes with the start, or from the host; it is neither stored nor in the script', async () => {
    const given = await accepted(server, input(bearer('FROM_USER'), { environment: [{ name: 'FROM_USER', value: 'sesame-4711' }] }));
    await accepted(server, input(bearer('FROM_HOST')));
    const { loadTestRun } = await server.query<{ loadTestRun: object }>('query ($id: ID!) { loadTestRun(id: $id) { plan script { files { text } } moves { cause } } }', { id: given });
    expect(JSON.stringify(loadTestRun)).not.toContain('sesame-4711');
  });
});

describe('workflows that act', () => {
  test('the first start without acknowledging is refused with the hash; with it, it is accepted, and then remembered', async () => {
    const acting = input({}, { workflow: { definition: llm } });
    const refused = await start(server, acting);
    expect(refused).toMatchObject({ code: 'effects_not_acknowledged', effectsHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(refused.message).toContain('ask');
    expect(await start(server, { ...acting, acknowledgedEffects: 'f'.repeat(64) })).toMatchObject({ code: 'effects_not_acknowledged' });
    await accepted(server, { ...acting, acknowledgedEffects: refused.effectsHash });
    await accepted(server, acting);
  });

  test('what was agreed to for one target is asked again for another, also when its hash is sent', async () => {
    const at = (baseUrl: string, more: object = {}) => input({ target: { preset: 'studio', baseUrl } }, { workflow: { definition: llm.replace('small-1', 'small-2') }, ...more });
    const other = target.url.replace('127.0.0.1', 'localhost');
    const { effectsHash } = await start(server, at(target.url));
    await accepted(server, at(target.url, { acknowledgedEffects: effectsHash }));
    const refused = await start(server, at(other, { acknowledgedEffects: effectsHash }));
    expect(refused).toMatchObject({ code: 'effects_not_acknowledged', effectsHash: expect.not.stringMatching(String(effectsHash)) });
    await accepted(server, at(other, { acknowledgedEffects: refused.effectsHash }));
  });

  test('a changed definition is asked again', async () => {
    const changed = llm.replace('small-1', 'large-1');
    expect(await start(server, input({}, { workflow: { definition: changed } }))).toMatchObject({ code: 'effects_not_acknowledged' });
  });
});

describe('limits of the operator', () => {
  test('more users than allowed', async () => {
    expect(await start(server, input({ load: { preset: { key: 'constant', users: 201, durationMs: 5000 } } }))).toMatchObject({ code: 'limit_exceeded', message: expect.stringContaining('200') });
  });
});

describe('organizations', () => {
  test('what belongs to another one is not there', async () => {
    const id = await accepted(server, input({}));
    const { loadTestRun } = await server.query<{ loadTestRun: null }>('query ($id: ID!) { loadTestRun(id: $id) { id } }', { id }, 'bob');
    expect(loadTestRun).toBeNull();
    const { node } = await server.query<{ node: null }>('query ($id: ID!) { node(id: $id) { id } }', { id }, 'bob');
    expect(node).toBeNull();
    const { loadTestRuns } = await server.query<{ loadTestRuns: { edges: object[] } }>('{ loadTestRuns { edges { node { id } } } }', {}, 'bob');
    expect(loadTestRuns.edges).toEqual([]);
    const { stopRun } = await server.query<{ stopRun: object }>(`mutation ($id: ID!) { stopRun(runId: $id) { ${REFUSAL} } }`, { id }, 'bob');
    expect(stopRun).toMatchObject({ code: 'not_found' });
    const foreign = async () => {
      for await (const _ of server.subscribe('subscription ($id: ID!) { runState(runId: $id) { state } }', { id }, 'bob')) throw new Error('told something');
    };
    await expect(foreign()).rejects.toThrow('not_found');
  });

  test('who may only look cannot start', async () => {
    const { startRun } = await server.query<{ startRun: object }>(`mutation ($input: StartRunInput!) { startRun(input: $input) { ${REFUSAL} } }`, { input: input({}) }, 'guest');
    expect(startRun).toMatchObject({ code: 'forbidden' });
  });

  test('who is nobody gets nothing', async () => {
    const { data, errors } = await server.raw('{ viewer { id } }', {}, 'nobody');
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.extensions?.code).toBe('unauthenticated');
  });
});

async function save(more: object): Promise<{ id: string; name: string; workflowId: string; plan: object }> {
  const { saveLoadTest } = await server.query<{ saveLoadTest: Awaited<ReturnType<typeof save>> }>(`mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id name workflowId plan } ${REFUSAL} } }`, {
    input: { name: 'Nightly', framework: 'locust', workflow: { id: 'wf-1' }, plan: planFor(target.url), ...more },
  });
  return saveLoadTest;
}

test('saved tests: kept, listed by workflow, changed, run, deleted', async () => {
  const saved = await save({});
  expect(saved).toMatchObject({ name: 'Nightly', workflowId: 'wf-1', plan: planFor(target.url) });
  expect(await save({ id: saved.id, name: 'Weekly' })).toMatchObject({ id: saved.id, name: 'Weekly' });
  expect(await save({ name: '  ' })).toMatchObject({ code: 'invalid_input', problems: [{ path: 'name' }] });

  const runId = await accepted(server, { loadTestId: saved.id });
  const { loadTests } = await server.query<{ loadTests: { edges: { node: { id: string; runs: { edges: { node: { id: string } }[] } } }[] } }>('{ loadTests(workflowId: "wf-1") { edges { node { id workflow { name } runs { edges { node { id } } } } } } }');
  expect(loadTests.edges.map((e) => e.node.id)).toEqual([saved.id]);
  expect(loadTests.edges[0]?.node.runs.edges.map((e) => e.node.id)).toEqual([runId]);

  await settled(server, runId);
  const { deleteLoadTest } = await server.query<{ deleteLoadTest: object }>('mutation ($id: ID!) { deleteLoadTest(id: $id) { ... on Deleted { id } } }', { id: saved.id });
  expect(deleteLoadTest).toEqual({ id: saved.id });
  expect((await read(server, runId)).state).toBe('CRASHED');
  const remove = () => server.query<{ deleteRun: object }>(`mutation ($id: ID!) { deleteRun(runId: $id) { ... on Deleted { id } ${REFUSAL} } }`, { id: runId });
  expect(await remove()).toEqual({ deleteRun: { id: runId } });
  expect(await remove()).toMatchObject({ deleteRun: { code: 'not_found' } });
  expect(await read(server, runId)).toBeNull();
});

describe('a saved test', () => {
  test("of a host's workflow runs the very script that was shown", async () => {
    const plan = planFor(target.url, { target: { preset: 'sessions', baseUrl: target.url } });
    const { generateScript } = await server.query<{ generateScript: { files: { text: string }[]; hash: string } }>('mutation ($input: GenerateScriptInput!) { generateScript(input: $input) { ... on Script { hash files { text } } } }', {
      input: { framework: 'locust', workflow: { id: 'wf-1' }, plan },
    });
    expect(generateScript.files.some(({ text }) => text.includes('Kept by the host'))).toBe(true);
    const runId = await accepted(server, { loadTestId: (await save({ plan })).id });
    const { loadTestRun } = await server.query<{ loadTestRun: { script: object } }>('query ($id: ID!) { loadTestRun(id: $id) { script { hash files { text } } } }', { id: runId });
    expect(loadTestRun.script).toEqual(generateScript);
  });

  test('of a workflow that the host has no more, or not for this viewer, is refused; one of a text runs on', async () => {
    hosted.push({ id: 'wf-2', name: 'Soon gone', definition });
    const [ofHost, ofText] = [await save({ workflow: { id: 'wf-2' } }), await save({ workflow: { definition } })];
    hosted.pop();
    expect(await start(server, { loadTestId: ofHost.id })).toMatchObject({ code: 'not_found', message: 'There is no workflow "wf-2" in the host that you may see.', problems: [{ path: 'workflow.id' }] });
    await accepted(server, { loadTestId: ofText.id });
  });
});

test('nothing of all this was a bug', () => expect(server.errors).toEqual([]));
