import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readWorkflow } from '../../server/workflow/read.ts';

function examplesOf(text: string): readonly string[] {
  const { workflow } = readWorkflow(text);
  if (!workflow) throw new Error('it cannot be read');
  return workflow.exampleInputs;
}

const ofFixture = (name: string) => examplesOf(readFileSync(new URL(`../fixtures/workflows/${name}`, import.meta.url), 'utf8'));
const ofParameters = (json: string) => examplesOf(`{"nodes":[{"id":"a","type":"X","parameters":${json}}],"edges":[]}`);

describe('inputs are proposed from the first nodes', () => {
  test.each([
    ['01-fast.sdk.json', ['{"square":{"n":3}}']],
    ['03-http-auth.builder-list.json', ['{"fetch":{"method":"GET","timeout":10}}']],
    ['04-sql.studio.json', ['{"orders":{"operation":"select"}}', '{"stock":{"database_type":"postgresql","host":"db.example.com","database":"shop","user":"report"}}']],
    ['07-switch-merge.sdk.json', ['{"load":{"kind":"vip"}}']],
    ['07-switch-merge.sdk.yaml', ['{"load":{"kind":"vip"}}']],
    ['05-nasty-code.sdk.json', []],
    ['06-unicode.studio.json', []],
    ['09-big-300.studio.json', []],
    // Its settings are texts all of them, whatever they were: as inputs they would change the workflow.
    ['14-session.manifest.json', []],
  ])('%s', (file, expected) => {
    expect(ofFixture(file)).toEqual(expected);
  });

  test('but not when the definition offers its own', () => {
    expect(ofFixture('15-triage.kaizen-template.json')).toHaveLength(2);
    expect(ofFixture('12-wrapped.studio.json')).toHaveLength(1);
    expect(ofFixture('12-wrapped.studio.json')[0]).toContain('"goal": "ship it"');
  });

  test('values are what stands in the definition: numbers keep their digits, texts their escapes', () => {
    expect(ofParameters('{ "id2":12345678901234567890, "x": 1e400, "half" : 600.0, "t": "\\u0041\\/", "ok":false }')).toEqual(['{"a":{"id2":12345678901234567890,"x":1e400,"half":600.0,"t":"\\u0041\\/","ok":false}}']);
  });

  test('of a key that stands twice it is the value that counts', () => {
    expect(ofParameters('{"n":1,"n":2}')).toEqual(['{"a":{"n":2}}']);
    expect(ofParameters('{"n":1,"\\u006e":2,"m":3}')).toEqual(['{"a":{"n":2,"m":3}}']);
  });

  test('in YAML only what it was read as exactly', () => {
    expect(examplesOf('nodes:\n  a: {type: X, config: {big: 12345678901234567890, n: 3, x: .inf, half: 0.5}}\nconnections: []\n')).toEqual(['{"a":{"n":3,"half":0.5}}']);
  });

  test('no code, no queries, no long texts, no secrets, no masks, no own settings of a node, nothing that is not one value', () => {
    const long = 'x'.repeat(201);
    const token = `ghp_${'a1'.repeat(18)}`;
    expect(
      ofParameters(JSON.stringify({
        code: 'x', setup_code: 'x', query: 'x', sql: 'x', prompt_template: 'x', long, lines: 'a\nb', api_key: 'x', password: 1234, hidden: token, url: 'https://u:p@h', base_url: '***REDACTED***', name: 'n', description: 'd',
        sandbox_mode: 'restricted', list: [1], object: {}, none: null, kept: 'yes',
      })),
    ).toEqual(['{"a":{"kept":"yes"}}']);
  });

  test('at most three, each of one node; a node that only feeds itself is a first one too', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, type: 'X', parameters: id === 'b' ? {} : { v: id } }));
    const edges = [{ source: 'a', target: 'c' }, { source: 'd', target: 'd' }];
    expect(examplesOf(JSON.stringify({ nodes, edges }))).toEqual(['{"a":{"v":"a"}}', '{"d":{"v":"d"}}', '{"e":{"v":"e"}}']);
  });

  test('at most twenty members each', () => {
    const members = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i]));
    expect(Object.keys((JSON.parse(ofParameters(JSON.stringify(members))[0] ?? '{}') as { a: object }).a)).toHaveLength(20);
  });

  test('ids may be anything', () => {
    expect(examplesOf('{"nodes":{"__proto__":{"type":"X","config":{"n":1}},"":{"type":"X","config":{"n":2}},"\\ud800\\"":{"type":"X","config":{"n":3}}},"connections":[]}')).toEqual(['{"__proto__":{"n":1}}', '{"":{"n":2}}', '{"\\ud800\\"":{"n":3}}']);
  });
});
