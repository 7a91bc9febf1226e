import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { parseLine } from '../../server/samples/parse.ts';
import { OUTCOMES } from '../../server/samples/sample.ts';

const info = { planHash: 'a', workflowHash: 'b', scriptHash: 'c', plan: {}, host: { os: 'linux', cpus: 2 } };
const line = (...members: unknown[]) => parseLine(JSON.stringify(members));

describe('a line of the protocol is read', () => {
  test('begin', () => {
    expect(line('begin', 1, 'locust', '2.47.0', 1_700_000_000_000.5, info)).toEqual({ kind: 'begin', version: 1, framework: 'locust', toolVersion: '2.47.0', startedAt: 1_700_000_000_000.5, info });
  });
  test('begin of one share', () => {
    expect(line('begin', 1, 'k6', '2.2.0', 0, { ...info, shard: [1, 3] })).toMatchObject({ info: { shard: [1, 3] } });
  });
  test('a request, with and without extra', () => {
    expect(line('req', 5, 'execute', 7, 'ok', 200)).toEqual({ kind: 'request', startMicros: 5, name: 'execute', durationMicros: 7, outcome: 'ok', status: 200, extra: {} });
    expect(line('req', 5, 'execute', 7, 'ok', 200, { exec: true, connectMicros: 3 })).toMatchObject({ extra: { exec: true, connectMicros: 3 } });
    expect(line('req', 5, 'execute', 7, 'check_failed', 200, { checks: [2, ['a price']] })).toMatchObject({ extra: { checks: [2, ['a price']] } });
  });
  test('an execution, a gauge and the end', () => {
    expect(line('exec', -4, 7, 'workflow_failed')).toEqual({ kind: 'execution', startMicros: -4, durationMicros: 7, outcome: 'workflow_failed' });
    expect(line('exec', 0, 7, 'auth', { detail: 'status 401' })).toMatchObject({ outcome: 'auth', detail: 'status 401' });
    expect(line('gauge', 1_000_000, 5, null, 17, 0, 1.25)).toEqual({ kind: 'gauge', atMicros: 1_000_000, users: 5, inFlight: null, iterationsStarted: 17, dropped: 0, lagMs: 1.25 });
    expect(line('end', 'planned', 10, 1, 2, 3, 4)).toEqual({ kind: 'end', cause: 'planned', iterationsStarted: 10, dropped: 1, interrupted: 2, inFlight: 3, linesLost: 4 });
  });
  test('every outcome of the closed list', () => {
    for (const outcome of OUTCOMES) expect(line('req', 0, 'execute', 1, outcome, 200)).toMatchObject({ outcome });
  });
});

describe('anything else is no line of it', () => {
  const cases: [string, unknown[]][] = [
    ['a kind that is not known', ['request', 0, 'execute', 1, 'ok', 200]],
    ['another version', ['begin', 2, 'locust', '1', 0, info]],
    ['a moment that no date can hold', ['begin', 1, 'locust', '1', 1e300, info]],
    ['a begin without hashes', ['begin', 1, 'locust', '1', 0, {}]],
    ...[[3, 3], [-1, 3], [0], [0, 1, 2], [0.5, 3], ['0', '3'], 'a', null].map((shard): [string, unknown[]] => [`the share ${JSON.stringify(shard)}`, ['begin', 1, 'locust', '1', 0, { ...info, shard }]]),
    ['an outcome that is not on the list', ['req', 0, 'execute', 1, 'fine', 200]],
    ['a duration below 0', ['req', 0, 'execute', -1, 'ok', 200]],
    ['a duration with a fraction, which no column of micros holds', ['req', 0, 'execute', 1.5, 'ok', 200]],
    ['a duration of years', ['req', 0, 'execute', 1e15, 'ok', 200]],
    ['checks without names', ['req', 0, 'execute', 1, 'ok', 200, { checks: [2, 1] }]],
    ['checks that are no number', ['req', 0, 'execute', 1, 'ok', 200, { checks: [-1, []] }]],
    ['a start in years', ['exec', 1e15, 1, 'ok']],
    ['a request without a name: it would be counted as all of them', ['req', 0, '', 1, 'ok', 200]],
    ['a name that PostgreSQL does not keep', ['req', 0, 'a\0', 1, 'ok', 200]],
    ['half of a character pair in a name', ['req', 0, 'a\ud800', 1, 'ok', 200]],
    ['a name longer than an index takes', ['req', 0, 'a'.repeat(5000), 1, 'ok', 200]],
    ['a version of the tool that PostgreSQL does not keep', ['begin', 1, 'locust', '1\0', 0, info]],
    ['a detail that is not text', ['req', 0, 'execute', 1, 'other', 0, { detail: 7 }]],
    ['users that are not a number', ['req', 0, 'execute', 1, 'ok', 200, { users: 'many' }]],
    ['a lateness that is not a number', ['req', 0, 'execute', 1, 'ok', 200, { startLagMicros: '1' }]],
    ['extra that is no object', ['req', 0, 'execute', 1, 'ok', 200, 5]],
    ['an end without all of its counts', ['end', 'planned', 1, 2, 3]],
    ['an end whose count has a fraction', ['end', 'planned', 1, 2, 3, 4, 0.5]],
  ];
  for (const [name, members] of cases) test(name, () => expect(line(...members)).toBeNull());

  test('a gauge keeps what it can know', () => {
    expect(line('gauge', 0, 2.5, -1, 1e12, 'x', -3)).toEqual({ kind: 'gauge', atMicros: 0, users: null, inFlight: null, iterationsStarted: null, dropped: null, lagMs: null });
  });
  test('a gauge of no second of the plan', () => expect(line('gauge', -5, 1, 1, 1, 0, 0)).toBeNull());
});

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.tuple(fc.constantFrom('begin', 'req', 'exec', 'gauge', 'end'), fc.array(fc.jsonValue(), { maxLength: 8 })).map(([kind, rest]) => JSON.stringify([kind, ...rest])),
  fc
    .tuple(fc.constantFrom('req', 'exec', 'gauge'), fc.array(fc.oneof(fc.integer(), fc.double(), fc.constantFrom(...OUTCOMES, 'execute', null)), { maxLength: 6 }), fc.dictionary(fc.constantFrom('exec', 'detail', 'users', 'connectMicros'), fc.jsonValue()))
    .map(([kind, rest, extra]) => JSON.stringify([kind, ...rest, extra])),
);

test('no text makes it throw, and what it lets through can be counted and stored', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const parsed = parseLine(text);
      if (parsed === null || parsed.kind === 'begin' || parsed.kind === 'end') return;
      const collector = new Collector({ steady: [], warmUpMs: 0, objectives: [] });
      collector.add(parsed);
      for (const row of collector.close(Math.min(collector.end, 1))?.rows ?? []) expect(Number.isSafeInteger(row.latency?.sumMicros ?? 0)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
