import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../server/db/client.ts';
import { figuresOfRun } from '../../server/run/figures/store.ts';
import { nextNumbers } from '../../server/run/numbers/store.ts';
import { type Figure, trendRows } from '../../server/trend/figures/store.ts';
import { databases } from '../helpers/databases.ts';
import { earlierDatabase, jsonLiteral } from '../helpers/earlier-database.ts';

const TEST = randomUUID();
const latency = { count: 90, censored: 0, atLeast: [], minMs: 1, meanMs: 21, p50Ms: 20, p90Ms: 30, p95Ms: 31.5, p99Ms: 40, p999Ms: 41, maxMs: 42 };
const steady = { executions: 100, errorRatio: 0.1, throughputPerSecond: 4.5, checksPassed: 3, checksFailed: 1, latency };

/** Settled runs as the version before wrote them: a usual one, one of which nothing was measured, and one without a result. */
const RESULTS = [{ steady }, { steady: { ...steady, executions: 0, errorRatio: null, throughputPerSecond: 0, checksPassed: 0, checksFailed: 0, latency: null } }, null];
const ROWS = `
  insert into load_test (id, organization_id, name, framework, definition, workflow_hash, plan, plan_hash, created_by) values ('${TEST}', 'north', 'Nightly', 'k6', 'x', 'a', 'x', 'b', 'ada');
  ${RESULTS.map(
    (result, i) => `insert into load_test_run (id, organization_id, load_test_id, framework, place, state, moves, workflow_hash, plan, plan_hash, planned_duration_ms, script, script_hash, warnings, started_by, owner, lease_until, created_at, finished_at, ending, result)
    values ('${randomUUID()}', 'north', '${TEST}', 'k6', 'local', 'finished', '[]', 'a', 'x', 'b', 1000, 'x', 'c', '[]', 'ada', 'me', now(), '2026-01-0${i + 1}', now(), ${jsonLiteral({ cause: 'planned_end', message: '', exitCode: 0 })}, ${result === null ? 'null' : jsonLiteral(result)});`,
  ).join('\n')}`;

/** With its figures in one field: a usual one, one whose generator did not keep up, and one that was settled without any. */
const FIRST = randomUUID();
const figures = { comparedHash: 'same', executions: { p50Ms: 20, p95Ms: 31.5, atLeast: ['p95Ms'], errorRatio: 0, throughputPerSecond: 4.5, checksRatio: null }, requests: { 'GET "a"': { p95Ms: 7, errorRatio: 0.25 } } };
const FIELD_ROWS = `
  insert into load_test (id, organization_id, name, framework, definition, workflow_hash, plan, plan_hash, created_by) values ('${TEST}', 'north', 'Nightly', 'k6', 'x', 'a', 'x', 'b', 'ada');
  ${[figures, { ...figures, usable: false }, null].map(
    (of, i) => `insert into load_test_run (id, organization_id, load_test_id, framework, place, state, moves, workflow_hash, plan, plan_hash, planned_duration_ms, script_hash, warnings, started_by, owner, lease_until, created_at, finished_at, ending, figures)
    values ('${i === 0 ? FIRST : randomUUID()}', 'north', '${TEST}', 'k6', 'local', 'finished', '[]', 'a', 'x', 'b', 1000, 'c', '[]', 'ada', 'me', now(), '2026-01-0${i + 1}', now(), ${jsonLiteral({ cause: 'planned_end', message: '', exitCode: 0 })}, ${of === null ? 'null' : jsonLiteral(of)});`,
  ).join('\n')}`;

for (const { name, available, open } of databases)
  describe.skipIf(!available)(`figures on ${name}`, () => {
    test('of runs that were settled before there were any are drawn in trends as those of later ones', async () => {
      await using fresh = await open();
      const { db, close } = await openDatabase(await earlierDatabase(fresh.place, '0004_baselines', ROWS));
      const values = async (field: Figure['field']) => (await trendRows(db, 'north', TEST, { requestName: null, field }, 10)).map(({ value }) => value);
      expect(await values('p95Ms')).toEqual([31.5, null, null]);
      expect(await values('errorRatio')).toEqual([0.1, null, null]);
      expect(await values('throughputPerSecond')).toEqual([4.5, null, null]);
      expect(await values('checksRatio')).toEqual([0.75, null, null]);
      expect((await trendRows(db, 'north', TEST, { requestName: null, field: 'p50Ms' }, 10)).map(({ facts, number }) => [facts.comparedHash, number])).toEqual([['b', 1], ['b', 2], ['b', 3]]);
      // And the next one goes on from there.
      expect(await nextNumbers(db, 'north', TEST, 1)).toBe(4);
      await close();
    });

    test('that stood in one field of a run stand in rows afterwards: those of executions, of each request, and of a run that was settled without any', async () => {
      await using fresh = await open();
      const { db, close } = await openDatabase(await earlierDatabase(fresh.place, '0008_run_figures', FIELD_ROWS));
      const of = async (requestName: string | null, field: Figure['field']) => (await trendRows(db, 'north', TEST, { requestName, field }, 10)).map(({ value, atLeast }) => (atLeast ? [value] : value));
      expect(await of(null, 'p95Ms')).toEqual([[31.5], null, null]);
      expect(await of(null, 'throughputPerSecond')).toEqual([4.5, null, null]);
      expect(await of('GET "a"', 'p95Ms')).toEqual([7, null, null]);
      expect(await of('GET "a"', 'errorRatio')).toEqual([0.25, null, null]);
      expect((await trendRows(db, 'north', TEST, { requestName: null, field: 'p50Ms' }, 10)).map(({ facts }) => facts.comparedHash)).toEqual(['same', 'same', 'b']);
      expect(await figuresOfRun(db, { organizationId: 'north', id: FIRST })).toMatchObject({ executions: { p95Ms: 31.5, atLeast: ['p95Ms'], checksRatio: null }, requests: { 'GET "a"': { p95Ms: 7 } } });
      await close();
    });
  });
