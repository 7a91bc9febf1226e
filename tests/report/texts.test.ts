/** Reports of stored runs: their numbers are the run's, and whatever a name says it is a name. */
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { junitOf } from '../../server/report/junit.ts';
import { written } from '../../server/report/written.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { folded, over } from '../helpers/old-run.ts';
import { reportText } from '../helpers/report-text.ts';
import { HOSTILE, hostileRun, ordinaryPlan, ordinaryRun, withHostileWords } from '../helpers/reported.ts';
import { storedRun } from '../helpers/stored-run.ts';

type Line = Readonly<Record<string, string>>;

function linesOf(csv: string): Line[] {
  const { data, errors } = Papa.parse<Line>(csv, { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  return data;
}
const sum = (lines: readonly Line[], column: string) => lines.reduce((total, line) => total + Number(line[column]), 0);

onEachDatabase('the reports of a run', (database) => {
  test('as CSV have a line for each second and name, and they come to what the run came to', async () => {
    const stored = await ordinaryRun(database);
    const { result } = await stored.settle();
    const lines = linesOf(await reportText(stored, await stored.run(), 'intervals.csv'));
    const of = (kind: string) => lines.filter((line) => line['kind'] === kind);
    expect([of('execution').length, of('request').length]).toEqual([40, 40]);
    expect([sum(of('execution'), 'finished'), sum(of('execution'), 'failed'), sum(of('request'), 'finished'), sum(of('execution'), 'latency_censored')]).toEqual([result?.summary.executions, result?.summary.failedExecutions, result?.summary.requests, result?.summary.latency?.censored]);
    expect(lines[20]).toMatchObject({ at_utc: '2026-03-01T10:00:10.000Z', offset_s: '10', kind: 'execution', request_name: '', finished: '20', failed: '2', failures: 'http_5xx 2', users: '5', planned_users: '5', iterations_started_so_far: '200', generator_cpu_cores: '' });
    expect(lines[21]).toMatchObject({ kind: 'request', request_name: 'execute', users: '', planned_users: '' });
  });

  test('that was folded have ten seconds to a line and a point, say so, and come to the same', async () => {
    const stored = await ordinaryRun(database, { plan: ordinaryPlan({ warmUpMs: 13_000 }) });
    const before = await stored.settle();
    const was = linesOf(await reportText(stored, before, 'intervals.csv'));
    await over(database.db, stored.id, 91);
    expect(await folded(stored)).toEqual([]);
    const run = await stored.run();
    const lines = linesOf(await reportText(stored, run, 'intervals.csv'));
    // They begin anew where the steady part does.
    expect(lines.filter(({ kind }) => kind === 'execution').map((line) => [line['offset_s'], line['seconds']])).toEqual([['0', '10'], ['10', '3'], ['13', '10'], ['23', '10'], ['33', '7']]);
    for (const kind of ['execution', 'request']) for (const column of ['seconds', 'finished', 'failed', 'latency_count', 'latency_censored']) expect([kind, column, sum(lines.filter((line) => line['kind'] === kind), column)]).toEqual([kind, column, sum(was.filter((line) => line['kind'] === kind), column)]);
    expect(was.every((line) => line['seconds'] === '1')).toBe(true);
    const json = JSON.parse(await reportText(stored, run, 'run.json'));
    expect([json.foldedAt, json.metrics.map(({ seconds }: { seconds: number }) => seconds)]).toEqual([run.foldedAt?.toISOString(), [10, 3, 10, 10, 7]]);
    expect(await reportText(stored, before, 'report.html')).toMatch(/percentiles of up to 10\u00a0s each/);
    expect(junitOf(run, 'x')).toBe(junitOf({ ...before, finishedAt: run.finishedAt }, 'x'));
  });

  test('as CSV have each second once, also when they are folded while they are written', async () => {
    const stored = await ordinaryRun(database, { seconds: 95, plan: ordinaryPlan({ load: { preset: { key: 'constant', users: 5, durationMs: 95_000 } }, warmUpMs: 7000 }) });
    const run = await stored.settle();
    await over(database.db, run.id, 91);
    let text = '';
    for await (const part of written({ ...stored.ctx, frameworks: [] }, run, { file: 'intervals.csv', title: 'x', id: 'x' })) {
      text += part;
      if (linesOf(text).length === 10) expect(await folded(stored)).toEqual([]);
    }
    const lines = linesOf(text).filter(({ kind }) => kind === 'execution');
    const seconds = lines.flatMap((line) => Array.from({ length: Number(line['seconds']) }, (_, i) => Number(line['offset_s']) + i));
    expect(seconds).toEqual(Array.from({ length: 95 }, (_, second) => second));
    expect(new Set(lines.map((line) => line['seconds']))).toEqual(new Set(['1', '8', '10']));
    expect(sum(lines, 'finished')).toBe(run.result?.summary.executions);
  });

  test('as CSV hold no formula, and every name as it is', async () => {
    const stored = await hostileRun(database);
    const csv = await reportText(stored, await stored.settle(), 'intervals.csv');
    const lines = linesOf(csv).filter((line) => line['kind'] === 'request');
    // A database keeps no lone surrogate and no NUL; whatever else a name holds stands there.
    expect(lines.map((line) => line['request_name']).sort()).toEqual(HOSTILE.map((name) => (/^[=+\-@\t]/.test(name) ? `'${name}` : name)).sort());
    const cells = Papa.parse<string[]>(csv).data.flat();
    expect(cells.filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    expect(csv.split('\r\n').at(-1)).toBe('');
  });

  test('as JSON are what the run is, without what is sent', async () => {
    const stored = await hostileRun(database);
    const run = withHostileWords(await stored.settle());
    const json = JSON.parse(await reportText(stored, run, 'run.json', HOSTILE[0]));
    expect(json).toMatchObject({ id: 'the id', title: HOSTILE[0], state: 'FINISHED', verdict: 'FAILED', warnings: HOSTILE, summary: run.result?.summary, importedFrom: run.imported });
    expect(json.requests.map(({ name }: { name: string }) => name).sort()).toEqual([...HOSTILE].sort());
  });

  test('of 200 names have them all, and of a run without any sample say so', async () => {
    const stored = await storedRun(database);
    const names = Array.from({ length: 200 }, (_, i) => `request ${i}`);
    for (const name of names) for (const second of [0, 1, 2]) stored.line({ kind: 'request', name, startMicros: second * 1_000_000, durationMicros: 9000, outcome: 'ok', status: 200, extra: {} });
    await stored.close(4);
    const run = await stored.settle();
    const lines = linesOf(await reportText(stored, run, 'intervals.csv'));
    expect([new Set(lines.map((line) => line['request_name'])).size, sum(lines.filter((line) => line['kind'] === 'request'), 'finished')]).toEqual([201, 600]);
    expect((await reportText(stored, run, 'report.html')).split('<bdi>request ')).toHaveLength(201);

    const nothing = await storedRun(database);
    const over = await nothing.settle({ cause: 'tool_broke', message: 'Locust ended with code 1.', exitCode: 1 });
    expect(linesOf(await reportText(nothing, over, 'intervals.csv'))).toEqual([]);
    const html = await reportText(nothing, over, 'report.html');
    for (const said of ['Not evaluated', 'Crashed', 'Locust ended with code 1.', 'No request was made.', 'No execution succeeded.', 'Nothing was measured.']) expect(html).toContain(said);
    expect(JSON.parse(await reportText(nothing, over, 'run.json'))).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', metrics: [], requests: [] });
  });

  test('as HTML tell no percentile of too few: how many it needs stands there', async () => {
    const stored = await ordinaryRun(database, { seconds: 8 });
    const html = await reportText(stored, await stored.settle(), 'report.html');
    expect(html).toMatch(/Latency p99<\/th><td class="num">–.*<\/td><td class="num">–<span class="sub">needs 299<\/span><\/td>/);
    expect(html).toMatch(/Latency p95, 95 of 100 were faster<\/th><td class="num">–.*<\/td><td class="num">(≥ )?[\d.]+\u00a0ms<\/td>/);
    expect(html).toMatch(/data-label="p99">–<span class="sub">needs 299<\/span>/);
  });

  test('of two definitions say so', async () => {
    const stored = await storedRun(database, undefined, undefined, { baselineWorkflowHash: 'b'.repeat(64) });
    stored.add(500);
    await stored.close(1);
    const run = await stored.settle();
    expect(await reportText(stored, run, 'report.html')).toContain('b'.repeat(64));
    expect(JSON.parse(await reportText(stored, run, 'run.json'))).toMatchObject({ baselineHash: 'b'.repeat(64) });
  });

  describe('as JUnit XML', () => {
    test('have one case for each objective, with what was measured and the limit', async () => {
      const stored = await ordinaryRun(database);
      const xml = junitOf(await stored.settle(), 'Price lookup');
      expect(xml).toContain('<testsuite name="Price lookup" tests="3" failures="2" errors="0" skipped="0" time="40.000" timestamp="2026-03-01T10:00:00">');
      expect(xml).toMatch(/<testcase name="p95 &#60; 200 ms of executions" classname="Price lookup">\s*<failure type="slower_than_allowed" message="Measured [\d.]+ ms, limit &#60; 200 ms, of 545 samples, clear\. 154 of 545 executions were slower than 200 ms, 27 allowed\./);
      expect(xml).toMatch(/<testcase name="p50 &#60; 400 ms of executions" classname="Price lookup">\s*<system-out>/);
    });

    test('have an error where nothing was proved, and are never without a case', async () => {
      const stored = await storedRun(database);
      const run = await stored.settle({ cause: 'tool_broke', message: 'Locust ended with code 1.', exitCode: 1 });
      expect(junitOf(run, 'x')).toMatch(/tests="1" failures="0" errors="1" skipped="0".*<error type="no_samples" message="Measured nothing, limit &#60; 1 %/s);
      expect(junitOf({ ...run, result: null, verdict: null }, 'x')).toMatch(/tests="1" failures="0" errors="1".*<testcase name="the run as a whole" classname="x">\s*<error type="tool_broke" message="Locust ended with code 1\."/s);
    });

    test('say that the target did not hold the load, which no objective says', async () => {
      const stored = await ordinaryRun(database);
      const run = await stored.settle();
      const { result } = run;
      if (!result) throw new Error('the run is not settled');
      const unheld = { ...run, verdict: 'failed' as const, result: { ...result, verdictReasons: ['It did not hold.'], verdictReasonCodes: ['target_could_not_hold_load' as const] } };
      expect(junitOf(unheld, 'x')).toMatch(/tests="4" failures="3".*<failure type="target_could_not_hold_load" message="It did not hold\."/s);
    });
  });
});
