import { describe, expect, it } from 'vitest';
import { allAlike, betterThan, commonReasons, type ComparedMetric, domainOf, methodsOf, overall, placeOf, repeatsOf, roughly } from '../../ui/src/lib/comparison/compared.ts';
import { oldestFirst, sidesOf } from '../../ui/src/lib/comparison/sides.ts';
import { changeOf } from '../../ui/src/lib/text/format.ts';

const metric = (more: Partial<ComparedMetric> = {}): ComparedMetric => ({ metric: 'latency', statistic: 'p95', requestName: null, primary: true, outcome: 'SAME', changeRatio: 0.02, low: -0.03, high: 0.07, limit: 0.1, reason: null, repeats: null, ...more });
const unfit = (more: Partial<ComparedMetric> = {}) => metric({ outcome: 'UNCLEAR', changeRatio: null, low: null, high: null, limit: null, ...more });

describe('intervals on one axis', () => {
  it('are all on it, with none, the limit and what is as good as the limit is bad', () => {
    const domain = domainOf([metric({ low: 0.3, high: 0.9 }), metric({ metric: 'throughput', low: -0.16, high: 0.1, limit: -0.05 })]);
    if (!domain) throw new Error('nothing is drawn');
    for (const value of [0, 0.9, -0.16, 0.1, -0.05, betterThan({ metric: 'latency' }, 0.1)]) expect(placeOf(domain, value)).toSatisfy((place: number) => place > 0 && place < 1);
  });

  it('that are wider than anybody can read are cut off at an end', () => {
    const domain = domainOf([metric({ high: 500 })]);
    if (!domain) throw new Error('nothing is drawn');
    expect([domain.to < 4, placeOf(domain, 500)]).toEqual([true, 1]);
  });

  it('are not drawn where nothing could be found', () => expect(domainOf([unfit(), unfit()])).toBeNull());

  it('know what is as good as a limit is bad: by the same factor, of errors by the same points', () => {
    expect(betterThan({ metric: 'latency' }, 0.25)).toBeCloseTo(-0.2);
    expect(betterThan({ metric: 'throughput' }, -0.2)).toBeCloseTo(0.25);
    expect(betterThan({ metric: 'error_ratio' }, 0.005)).toBe(-0.005);
  });
});

describe('a comparison in words', () => {
  it('is the worst of the metrics that decide, and not of the others', () => {
    expect(overall([metric(), metric({ outcome: 'IMPROVEMENT' })])).toBe('IMPROVEMENT');
    expect(overall([metric(), unfit(), metric({ outcome: 'REGRESSION' })])).toBe('REGRESSION');
    expect(overall([metric(), metric({ outcome: 'REGRESSION', primary: false })])).toBe('SAME');
    expect(overall([])).toBeNull();
  });

  it('says a reason that several have once', () => {
    const across = 'It may be either.';
    expect(commonReasons([unfit({ reason: 'Too short.' }), unfit({ reason: 'Too short.' }), unfit({ reason: 'Other.' }), metric()], across)).toEqual(['Too short.']);
    expect(commonReasons([metric({ outcome: 'UNCLEAR' }), metric({ outcome: 'UNCLEAR' }), metric()], across)).toEqual([across]);
  });

  it('needs no table where nothing could be found of any of them, for one reason', () => {
    expect(allAlike([unfit({ reason: 'Too short.' }), unfit({ reason: 'Too short.' })])).toBe(true);
    for (const metrics of [[unfit({ reason: 'Too short.' })], [unfit({ reason: 'Too short.' }), unfit({ reason: 'Other.' })], [unfit({ reason: 'Too short.' }), metric()], [unfit(), unfit()]]) expect(allAlike(metrics)).toBe(false);
  });

  it('is settled by as many runs as the most unclear of those that decide needs', () => {
    expect(repeatsOf([unfit({ repeats: 2 }), unfit({ repeats: 5 }), unfit({ repeats: 9, primary: false }), unfit()])).toBe(5);
    expect(repeatsOf([metric(), unfit()])).toBeNull();
  });

  it('says about how long runs take', () => expect([6 * 16_000, 9 * 76_000, 4000].map(roughly)).toEqual([100_000, 720_000, 10_000]));

  it('names each method with what it found', () => {
    const found = [{ ...metric(), method: 't' }, { ...metric({ statistic: 'p50' }), method: 't' }, { ...metric({ metric: 'error_ratio', statistic: null }), method: 'seconds' }, { ...unfit(), method: 'none' }];
    expect(methodsOf(found, ({ metric: name, statistic }) => statistic ?? name)).toEqual([{ method: 't', names: ['p95', 'p50'] }, { method: 'seconds', names: ['error_ratio'] }]);
  });

  it('has changes with their sign, of errors in points', () => {
    const changes = [changeOf(0.561), changeOf(-0.048), changeOf(0), changeOf(0.0052, true), changeOf(null)];
    expect(changes.map((change) => change.replaceAll('\u00a0', ' '))).toEqual(['+56 %', '-4.8 %', '0 %', '+0.52', '–']);
  });
});

describe('the sides of a comparison', () => {
  const finished = (id: string, executions = 10) => ({ id, state: 'FINISHED', steady: { executions } });
  const two = { runs: [finished('b'), finished('c'), finished('d', 0), { ...finished('e'), state: 'CRASHED' }, { id: 'q', state: 'QUEUED', steady: null }] };
  it('are the runs that were asked for at once, those that measured something', () => {
    expect(sidesOf({ id: 'f', repeat: { runs: [finished('f')] } }, { id: 'b', repeat: two })).toEqual({ baselineRunIds: ['f'], runIds: ['b', 'c'] });
    expect(sidesOf({ id: 'g', repeat: null }, { id: 'c', repeat: two })).toEqual({ baselineRunIds: ['g'], runIds: ['c', 'b'] });
    expect(sidesOf({ id: 'b', repeat: two }, { id: 'g', repeat: null })).toEqual({ baselineRunIds: ['b', 'c'], runIds: ['g'] });
  });
  it('have the older of two chosen runs before, also one that is not in the list yet', () => {
    expect(oldestFirst(['new', 'old'], ['newest', 'new', 'old'])).toEqual(['old', 'new']);
    expect(oldestFirst(['new', 'oldest'], ['newest', 'new', 'old'])).toEqual(['oldest', 'new']);
  });
  it('have no run in common: of one group each stands for itself', () => expect(sidesOf({ id: 'b', repeat: two }, { id: 'c', repeat: two })).toEqual({ baselineRunIds: ['b'], runIds: ['c'] }));
});
