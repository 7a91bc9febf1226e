/** What all frameworks do alike with what they are given, before anything runs. */
import { describe, expect, test } from 'vitest';
import type { ScriptVariable } from '../../templates/framework.ts';
import { frameworks } from '../../templates/index.ts';
import { fourth } from '../fourth/index.ts';
import { requestTo, scriptInput, sessionsFlow, textOf } from '../helpers/bundle.ts';
import { goldenInputs } from '../helpers/golden.ts';

describe.each([...frameworks, fourth].map((framework) => [framework.name, framework] as const))('%s', (_name, framework) => {
  test('data takes the place of no other file', () => {
    expect(() => framework.generate(scriptInput('http://127.0.0.1:1', {}, {}, { data: { 'plan.json': '' } }))).toThrow('plan.json is no place for data');
  });

  test('a text that UTF-8 cannot carry is refused, with the place of it', () => {
    const half = scriptInput(
      'http://127.0.0.1:1', {},
      {
        ...sessionsFlow('w'),
        execute: requestTo('/\udc00', [{ text: '{"a":"\udc00"}' }, { file: 'data/a.json' }], { headers: [{ name: 'x-a', value: 'ok' }, { name: 'x-b', value: '\ud800' }] }),
        inputs: { kind: 'rows', file: 'data/rows.jsonl', order: 'random', count: 1 },
      },
      { data: { 'data/a.json': '"\ud800"', 'data/rows.jsonl': '"\ud800"\n' } },
    );
    expect(framework.refuse(half).map(({ path }) => path)).toEqual(['target.path', 'target.headers', 'target.body', 'workflow', 'inputs']);
  });

  test('the plans of the golden bundles are not refused', () => {
    for (const input of Object.values(goldenInputs)) expect(framework.refuse(input)).toEqual([]);
  });
});

const variable = (kind: ScriptVariable['kind']): ScriptVariable => ({ name: 'A_VALUE', holds: 'the value of /a', kind });
const INSIDE = 'the inside of a JSON string';

test.each(frameworks)('$name: how a value is written stands beside its variable, in the README and in the script', (framework) => {
  const bundleOf = (kind: ScriptVariable['kind']) => framework.generate(scriptInput('http://127.0.0.1:1', {}, {}, { variables: [variable(kind)] }));
  const rowOf = (kind: ScriptVariable['kind']) => textOf(bundleOf(kind), 'README.md').split('\n').find((line) => line.startsWith('| `A_VALUE` |'));
  expect(rowOf('json')).toContain(`says what it holds: ${INSIDE} (${'`\\"` for `"`, `\\\\` for `\\`'}), as it stands in the definition |`);
  expect(rowOf('number')).toContain('a JSON number, as it stands in the definition |');
  expect(rowOf('header')).toContain('printable ASCII |');
  const scripts = (kind: ScriptVariable['kind']) => bundleOf(kind).files.filter(({ path }) => /^(loadtest|processor)\./.test(path)).map(({ text }) => text).join('\n');
  expect(scripts('json')).toContain(`${INSIDE} (${'\\" for ", \\\\ for \\'}),`);
  expect(scripts('text')).not.toContain(INSIDE);
});

test.each(frameworks)('$name: its README says that stages and steady are changed together', (framework) => {
  expect(textOf(framework.generate(scriptInput('http://127.0.0.1:1')), 'README.md')).toMatch(/Only `steady` does not follow the `stages`[\s\S]+changes both\./);
});

test.each(frameworks)('$name: that the target answered 422 is told, and is not why the tool broke', ({ problemFrom }) => {
  const told = 'load test: the target answered 422: {"detail":"no"}';
  for (const line of [told, `time="2026-11-25T09:39:52Z" level=error msg=${JSON.stringify(told)} source=console`]) expect(problemFrom(`load test: a reason.\n${line}\n`, '')).toBe('a reason.');
});
