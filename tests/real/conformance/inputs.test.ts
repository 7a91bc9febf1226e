/** The same plan sends the same inputs, whatever the framework: each iteration's are computed from the seed and its number. */
import { describe, expect, test } from 'vitest';
import type { Truth } from '../../../plugin/demo/truth.ts';
import type { ScriptInput, ScriptInputs, ScriptPlan } from '../../../templates/framework.ts';
import { fewFailures, gatewayFlow, requestTo, scriptInput } from '../../helpers/bundle.ts';
import { closed, counted, definition, eachFramework, expectHonest, iterations, open, planned, startTarget } from '../../helpers/conformance.ts';
import { NASTY } from '../../helpers/definitions.ts';

const shared = new URL('../../../templates/shared/bundle/inputs.js', import.meta.url);
// biome-ignore lint/suspicious/noExplicitAny: a constant file of the bundles
const { newInputs } = (await import(shared.href)) as any;

const SEED = 20_251_125;

/** Inputs go out as the whole body, to a custom target. */
function inputsOf(url: string, inputs: ScriptInputs, text: string, plan: Partial<ScriptPlan>): ScriptInput {
  const execute = requestTo('/health', [{ inputs: true }], { success: 'custom' });
  return scriptInput(url, { seed: SEED, objectives: [fewFailures], ...plan }, { execute, inputs }, { data: { [inputs.file]: text } });
}

/** What the iterations 0 .. count - 1 must send; all uuids are one word, and so are all moments. */
function expected(inputs: ScriptInputs, text: string, count: number, shard: readonly [number, number] = [0, 1]): string[] {
  const trimmed = inputs.kind === 'rows' ? text.trimEnd().split('\n') : text;
  const one = newInputs(inputs, trimmed, { seed: SEED, shard, uuid: () => 'UUID', nowMs: () => 0 }) as (iteration: number) => string;
  return Array.from({ length: count }, (_, i) => one(i));
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
const bodiesOf = (truth: Truth): string[] => truth.requests.map(({ body }) => body ?? '');

/** Every kind of generator, and texts between them that look like some. */
const PARTS = JSON.stringify([
  '{ "id": ', { uuid: true }, ', "n":', { counter: 7 }, ',"dice":', { int: [1, 6] }, ',"big":', { int: [-9_007_199_254_740_991, 0] },
  ',"pick":', { pick: ['"a {{ x }}"', '1e400', '12345678901234567890', '{"__proto__":0}', 'null'] },
  ',"text":', { text: ['é "', { pick: ['"ü\\u0000"', '5'] }, '\u2028', { int: [0, 9] }, '-', { uuid: true }, '-', { counter: 100 }] },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay one
  ',"s":"{{ x }} ${y} {\\"$uuid\\": true}"}',
]);

describe.concurrent('inputs', () => {
  eachFramework(({ run }) => {
    test('generated: what is random is the same in every framework, uuids are all different', async () => {
      await using target = await startTarget({ keepBodies: 100 });
      const inputs: ScriptInputs = { kind: 'parts', file: 'data/inputs.parts.json' };
      const result = await run(inputsOf(target.url, inputs, PARTS, iterations(40, 3)));
      const truth = await target.truth();
      expect(result.end, result.stderr).toEqual(planned(40));
      const bodies = bodiesOf(truth);
      expect(bodies.map((body) => body.replace(UUID, 'UUID')).sort()).toEqual(expected(inputs, PARTS, 40).sort());
      expect(new Set(bodies.flatMap((body) => body.match(UUID) ?? [])).size).toBe(80);
    });

    test('generated: the moment at which the iteration began, in its three forms', async () => {
      await using target = await startTarget({ keepBodies: 100 });
      const parts = JSON.stringify(['{"iso":', { now: 'iso' }, ',"ms":', { now: 'ms' }, ',"s":', { now: 's' }, ',"t":', { text: ['at ', { now: 'iso' }] }, '}']);
      await run(inputsOf(target.url, { kind: 'parts', file: 'data/inputs.parts.json' }, parts, iterations(5)));
      const truth = await target.truth();
      expect(truth.received).toBe(5);
      for (const { body, arrivedAt } of truth.requests) {
        const { iso, ms, s, t } = JSON.parse(body ?? '') as { iso: string; ms: number; s: number; t: string };
        expect({ iso, s, t }).toEqual({ iso: new Date(ms).toISOString(), s: Math.floor(ms / 1000), t: `at ${iso}` });
        expect(arrivedAt - ms).toSatisfy((late: number) => late > -2 && late < 2000);
      }
    });

    const ROWS = NASTY.filter((text) => !/[\r\n]/.test(text)).map((text, i) => `{"n":"00${i}", "x": ${text}}`);
    const text = `${ROWS.join('\n')}\n`;

    test('rows one after the other and from the start again: those of this one of two shares', async () => {
      await using target = await startTarget({ keepBodies: 100 });
      const inputs: ScriptInputs = { kind: 'rows', file: 'data/rows.jsonl', order: 'sequential', count: ROWS.length };
      const result = await run(inputsOf(target.url, inputs, text, iterations(60, 2)), { env: { LOAD_TEST_SHARD: '1/2' } });
      expect(result.end, result.stderr).toEqual(planned(30));
      expect(bodiesOf(await target.truth()).sort()).toEqual(expected(inputs, text, 30, [1, 2]).sort());
    });

    test('rows by the number of the start in an open plan: one that is dropped takes its row with it', async () => {
      await using target = await startTarget({ keepBodies: 100, workflows: { w: definition({ delayMs: 230 }) } });
      const rows = Array.from({ length: 30 }, (_, i) => `{"n":${i}}`);
      const inputs: ScriptInputs = { kind: 'rows', file: 'data/rows.jsonl', order: 'sequential', count: rows.length };
      const { execute } = gatewayFlow('w', [{ text: '{"inputs":' }, { inputs: true }, { text: '}' }]);
      const input = inputsOf(target.url, inputs, `${rows.join('\n')}\n`, open(10, 3000, { maxUsers: 1 }));
      const result = await run({ ...input, flow: { ...input.flow, ...(execute && { execute }) } });
      // One user, so one at a time, in the order in which they were due.
      const numbers = result.requests.map(({ startMicros, extra }) => Math.round((startMicros - (extra.startLagMicros ?? Number.NaN)) / 100_000));
      expect(result.end, result.stderr).toEqual(planned(numbers.length, 30 - numbers.length));
      expect(numbers.length).toBeLessThan(15);
      expect(bodiesOf(await target.truth())).toEqual(numbers.map((number) => `{"inputs":${rows[number]}}`));
    });

    test('rows at random: the same ones in every framework', async () => {
      await using target = await startTarget({ keepBodies: 100 });
      const inputs: ScriptInputs = { kind: 'rows', file: 'data/rows.jsonl', order: 'random', count: ROWS.length };
      const result = await run(inputsOf(target.url, inputs, text, iterations(40, 3)));
      expect(result.end, result.stderr).toEqual(planned(40));
      expect(counted(bodiesOf(await target.truth()))).toEqual(counted(expected(inputs, text, 40)));
    });

    test.for<[what: string, plan: Partial<ScriptPlan>, shard: readonly [number, number]]>([
      ['users that are at work when they run out are waited for', closed(3, 60_000), [0, 1]],
      ['arrivals end with them, of the third of three shares too', open(20, 60_000), [2, 3]],
    ])('unique rows: each is sent once, and the test ends there, cut short: %s', async ([, plan, shard]) => {
      await using target = await startTarget({ keepBodies: 100 });
      const inputs: ScriptInputs = { kind: 'rows', file: 'data/rows.jsonl', order: 'unique', count: ROWS.length };
      // It takes 200 ms, whatever the inputs are.
      const { execute } = gatewayFlow('slow', [{ text: '{"inputs":' }, { inputs: true }, { text: '}' }]);
      const input = inputsOf(target.url, inputs, text, plan);
      const result = await run({ ...input, flow: { ...input.flow, ...(execute && { execute }) } }, { env: { LOAD_TEST_SHARD: shard.join('/') } });
      const truth = await target.truth();
      const own = ROWS.filter((_, i) => i % shard[1] === shard[0]);
      expect(result.end, result.stderr).toEqual({ ...planned(own.length), cause: 'exhausted' });
      expect(bodiesOf(truth).sort()).toEqual(own.map((row) => `{"inputs":${row}}`).sort());
      expectHonest(result, truth);
      expect(result.lastLine).toMatch(/^LOADTEST_VERDICT not_evaluated reason=cut_short /);
      expect(result.code).toBe(99);
      // The plan had a minute.
      expect(result.gauges.length).toBeLessThan(30);
    });
  });
});
