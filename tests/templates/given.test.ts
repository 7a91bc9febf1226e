/** What all frameworks do alike with what they are given, before anything runs. */
import { describe, expect, test } from 'vitest';
import { frameworks } from '../../templates/index.ts';
import { fourth } from '../fourth/index.ts';
import { requestTo, scriptInput, sessionsFlow } from '../helpers/bundle.ts';
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

test.each(frameworks)('$name: that the target answered 422 is told, and is not why the tool broke', ({ problemFrom }) => {
  const told = 'load test: the target answered 422: {"detail":"no"}';
  for (const line of [told, `time="2026-11-25T09:39:52Z" level=error msg=${JSON.stringify(told)} source=console`]) expect(problemFrom(`load test: a reason.\n${line}\n`, '')).toBe('a reason.');
});
