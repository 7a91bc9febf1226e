import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTestFile } from '../../plugin/ci/test-file.ts';
import { frameworks } from '../../templates/index.ts';

const workflow = '{"nodes": [{"id": "a", "type": "PythonCodeNode", "parameters": {"n": 12345678901234567890, "x": 1e400}}], "edges": []}';
const plan = { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'constant', users: 2, durationMs: 10_000 } } };
const whole = { framework: 'locust', workflow: { definition: '../wf.json' }, plan };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'test-file-'));
  await mkdir(path.join(folder, 'ci'));
  await writeFile(path.join(folder, 'wf.json'), workflow);
  await writeFile(path.join(folder, 'latin.json'), Buffer.from([0x7b, 0xe9, 0x7d]));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: object | string, target: string | null = null) {
  const file = path.join(folder, 'ci/test.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readTestFile(file, frameworks, target);
}

test('paths begin where the file lies, and a definition is the text that stands there', async () => {
  expect(await read(whole)).toMatchObject({ framework: { key: 'locust' }, workflow: { text: workflow }, plan: { durationMs: 10_000 }, baseline: null, server: null, loadTestId: null });
});

test('a definition in the file itself is its own text, numbers and all', async () => {
  const text = `{"framework": "k6", "workflow": {"definition": ${workflow}}, "compareWith": {"definition": "../wf.json"}, "plan": ${JSON.stringify(plan)}}`;
  expect(await read(text)).toMatchObject({ framework: { key: 'k6' }, workflow: { text: workflow }, baseline: { text: workflow } });
});

describe('is refused with the place of each problem', () => {
  test.each<[string, object | string, { path: string; message: RegExp }]>([
    ['no JSON', '{"framework": "k6",}', { path: '', message: /^This is not JSON: line 1, column / }],
    ['a member that is not known', { ...whole, workflw: 1 }, { path: '', message: /^Not known here: workflw\.$/ }],
    ['no framework', { ...whole, framework: undefined }, { path: 'framework', message: /^Give a framework/ }],
    ['an unknown framework', { ...whole, framework: 'gatling' }, { path: 'framework', message: /no framework "gatling"/ }],
    ['no definition', { ...whole, workflow: {} }, { path: 'workflow.definition', message: /^Give the path of a definition/ }],
    ['a definition that is not there', { ...whole, workflow: { definition: 'wf.json' } }, { path: 'workflow.definition', message: /wf\.json could not be read \(ENOENT\)/ }],
    ['a definition of other bytes', { ...whole, workflow: { definition: '../latin.json' } }, { path: 'workflow.definition', message: /is not a text in UTF-8/ }],
    ['a definition that is none', { ...whole, compareWith: { definition: {} } }, { path: 'compareWith.definition', message: /The definition is empty/ }],
    ['a wrong plan', { ...whole, plan: { ...plan, load: { preset: { key: 'constant', users: -1, durationMs: 1000 } } } }, { path: 'plan.load.preset.users', message: /./ }],
    ['a server that is no address', { ...whole, server: 'studio' }, { path: 'server', message: /http:\/\/ or https:\/\// }],
    ['a token in an address', { ...whole, server: 'https://ci:secret@studio' }, { path: 'server', message: /LOAD_TESTING_TOKEN/ }],
  ])('%s', async (_name, content, problem) => {
    await expect(read(content)).rejects.toMatchObject({ problems: expect.arrayContaining([{ path: problem.path, message: expect.stringMatching(problem.message) }]) });
  });
});

test('the target of a pipeline takes the place of the plan\'s, so that results name where they were measured', async () => {
  const { plan, writtenPlan } = await read(whole, 'http://127.0.0.1:9000');
  expect([plan.plan.target.baseUrl, writtenPlan.plan.target.baseUrl]).toEqual(['http://127.0.0.1:9000', 'http://127.0.0.1:8000']);
  expect(plan.hash).not.toBe(writtenPlan.hash);
  await expect(read(whole, 'nowhere')).rejects.toMatchObject({ problems: [{ path: 'LOAD_TEST_TARGET' }] });
});
