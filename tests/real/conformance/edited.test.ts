/** A script that its owner edited: it does what its PLAN says now, or says at once why it cannot; and its samples tell that it was edited. */
import { describe, expect, test } from 'vitest';
import { fewFailures, p95Below, scriptInput } from '../../helpers/bundle.ts';
import { closed, constant, definition, eachFramework, open, planned, startTarget, usual } from '../../helpers/conformance.ts';

/** The file with PLAN. */
const SCRIPT = /^(loadtest\.(js|py)|processor\.mjs)$/;

describe.concurrent('an edited script', () => {
  eachFramework(({ framework, run }) => {
    test('judges by the limit that it prints, and tells in its samples that it was edited', async () => {
      await using target = await startTarget();
      const input = scriptInput(target.url, { ...closed(4, 2000), objectives: [p95Below(900), fewFailures] }, {}, { data: { 'data/definition.json': definition({ delayMs: 60 }) } });
      const result = await run(input, { edit: [SCRIPT, /("?value"?): 900\b/, '$1: 20.5'] });
      expect(result.table[1], result.stderr).toMatch(/^failed +p95 < 20\.5 ms of executions, steady +\d+\.\d ms .* slower_than_allowed$/);
      const { planHash } = input;
      expect(result.begin?.info).toMatchObject({ planHash, edited: true });
      expect({ code: result.code, end: result.end?.cause }).toEqual({ code: 99, end: 'planned' });
    });

    test('lasts as long as its stages say, and starts as many as they say', async () => {
      await using target = await startTarget();
      const stages = [...constant(10, 1000), { durationMs: 1500, target: 20 }];
      const input = scriptInput(target.url, { ...open(10, 2500), stages, steady: [[0, 1000]], objectives: [fewFailures] });
      const result = await run(input, { edit: [SCRIPT, /("?durationMs"?): 1500\b/, '$1: 2000'] });
      // 10 in the first second, then 30 in two; they were 22 in one and a half.
      expect(result.end, result.stderr).toEqual(planned(40));
      expect(Math.max(...result.requests.map(({ startMicros }) => startMicros))).toBeGreaterThan(2_900_000);
    });

    // What else does not fit: tests/templates/vectors.test.ts.
    test('in which a stage was made longer alone is refused with one line, before anything is sent', async () => {
      await using target = await startTarget();
      const told = 'PLAN does not fit itself: steady has 800 to 4000 ms, but the stages last 9000 ms and hold their level from 0 to 9000 ms; a steady part lies within such stages and ends with one.';
      const result = await run(scriptInput(target.url), { edit: [SCRIPT, /("?durationMs"?): 4000\b/, '$1: 9000'] });
      const lines = result.stderr.trim().split('\n');
      expect(lines.at(-1)).toBe(`load test: ${told}`);
      expect(result.stderr).not.toMatch(/Traceback|\n {4}at /);
      expect({ ending: framework.ending(result), received: (await target.truth()).received }).toEqual({ ending: 'broke', received: 0 });
      expect(framework.problemFrom(result.stderr, result.stdout)).toBe(told);
    });
  }, usual);
});
