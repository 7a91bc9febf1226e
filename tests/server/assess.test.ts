import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { fold } from '../../server/metrics/fold.ts';
import type { Outcome, SampleLine } from '../../server/samples/sample.ts';
import { scriptObjective } from '../../server/script/objective.ts';
import type { TestPlan } from '../../server/script/plan.ts';
import { cutAt, resolvePlan } from '../../server/script/resolve.ts';
import { assess } from '../../server/verdict/assess.ts';
import type { BaselineFigures } from '../../server/verdict/change.ts';
import { commonCause } from '../../server/verdict/common-cause.ts';
import { evidenceOf } from '../../server/verdict/evidence.ts';
import type { RunFacts } from '../../server/verdict/judge.ts';
import { marginOf } from '../../server/verdict/margin.ts';
import { testPlan } from '../helpers/stored-run.ts';

const fine: RunFacts = { cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: 1000, broken: null };
const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 500 };

/** `count` executions of the steady part, one each `spread` ms, of which `slow` took 600 ms and `failed` failed at once. */
function judged(objective: object, { count = 100, slow = 0, failed = 0, outcome = 'http_5xx' as Outcome, spread = 10, facts = {}, more = {}, baseline = null }: { count?: number; slow?: number; failed?: number; outcome?: Outcome; spread?: number; facts?: Partial<RunFacts>; more?: object; baseline?: BaselineFigures | null } = {}) {
  const plan = resolvePlan(testPlan({ objectives: [objective], ...more }));
  const collector = new Collector({ steady: plan.steady, warmUpMs: plan.warmUpMs, objectives: plan.objectives.map(scriptObjective) });
  for (let i = 0; i < count; i++) {
    const result: Outcome = i < failed ? outcome : 'ok';
    // Two checks look at every answer that is one; of an answer that fails its checks, one fails.
    const checks = result === 'ok' ? { checks: [2, []] as const } : result === 'check_failed' ? { checks: [1, ['a price']] as const } : {};
    collector.add({ kind: 'request', startMicros: 2_000_000 + i * spread * 1000, name: 'execute', durationMicros: i >= count - slow ? 600_000 : 100_000, outcome: result, status: 200, extra: { exec: true, ...checks } });
  }
  const assessment = assess(plan, evidenceOf(plan.objectives, collector.close(collector.end)?.rows ?? []), { ...fine, ...facts }, baseline);
  return { ...assessment, first: assessment.objectives[0] };
}

describe('a latency objective', () => {
  test('passes with its counts and what was measured', () => {
    expect(judged(p95, { slow: 5 })).toMatchObject({
      verdict: 'passed', reasons: [],
      first: { verdict: 'passed', samples: 100, slower: 5, allowed: 5, needed: 59, reasonCode: null, reason: '5 of 100 executions were slower than 500 ms, 5 allowed. That is narrow: all of it was seen within 2 seconds, too few to rule out chance. Run longer: from 10 seconds on it can be told.' },
    });
  });
  test('fails by one more, and says so', () => {
    expect(judged(p95, { slow: 6 })).toMatchObject({ verdict: 'failed', reasons: ['6 of 100 executions were slower than 500 ms, 5 allowed. That is narrow: all of it was seen within 2 seconds, too few to rule out chance. Run longer: from 10 seconds on it can be told.'], first: { measured: expect.closeTo(600, 0), reasonCode: 'slower_than_allowed' } });
  });
  test('is not judged on too few, and says how many it needs', () => {
    expect(judged(p95, { count: 20 })).toMatchObject({ verdict: 'not_evaluated', first: { reasonCode: 'too_few_samples', reason: 'Too few executions to say: 20 of the 59 that p95 needs. Run longer or with more load.' } });
  });
  test('leaves fast failures to the error ratio', () => {
    const { first, objectives } = judged(p95, { failed: 40 });
    expect(first).toMatchObject({ samples: 60, slower: 0, verdict: 'passed' });
    expect(objectives[1]).toMatchObject({ added: true, verdict: 'failed', measured: 0.4, reason: '40 of 100 executions failed, 0 allowed.' });
  });
  test('counts timeouts, and what was in flight at the end, as slower than any limit', () => {
    expect(judged(p95, { failed: 4, outcome: 'timeout', facts: { interrupted: 2 } }).first).toMatchObject({ samples: 102, slower: 6, verdict: 'failed' });
  });
  test('of a request name that nobody sent has nothing to judge', () => {
    const target = { preset: 'gateway', baseUrl: 'http://127.0.0.1:8000', workflowName: 'fast', mode: 'async' };
    expect(judged({ ...p95, requestName: 'poll' }, { more: { target } }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'no_samples', measured: null, reason: 'No "poll" requests to judge in the steady part.' });
  });
});

describe('a mean', () => {
  const mean = { metric: 'latency', statistic: 'mean', comparison: '<', value: 500 };
  test('is judged on the number that is shown', () => {
    expect(judged(mean, { slow: 50 }).first).toMatchObject({ verdict: 'passed', measured: 350, reason: 'The limit of 500 ms was kept.' });
    expect(judged(mean, { slow: 81 }).first).toMatchObject({ verdict: 'failed', measured: 505, reasonCode: 'above_limit', reason: 'The mean was above 500 ms.' });
  });
  test('is not kept by a run in which nearly everything timed out', () => {
    expect(judged(mean, { count: 800, failed: 790, outcome: 'timeout' }).first).toMatchObject({
      verdict: 'failed', reasonCode: 'above_limit', measured: (10 * 100 + 790 * 30_000) / 800, reason: 'The mean was above 500 ms: 790 of 800 executions had no end in time.',
    });
  });
  test('that few timeouts leave below its limit is not known', () => {
    expect(judged(mean, { failed: 1, outcome: 'timeout' }).first).toMatchObject({
      verdict: 'not_evaluated', reasonCode: 'mean_unknown', measured: 399, samples: 100,
      reason: 'The mean is not known: 1 of 100 executions had no end in time, and each counts with the least that it took. It may be above 500 ms.',
    });
  });
  test('counts what was in flight at the end, of which nothing is known', () => {
    expect(judged(mean, { facts: { interrupted: 100 } }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'mean_unknown', measured: 50, samples: 200 });
  });
  test('leaves fast failures to the error ratio', () => {
    expect(judged(mean, { failed: 40 }).first).toMatchObject({ verdict: 'passed', measured: 100, samples: 60 });
  });
});

test('what was in flight of a request name is in what is shown, as in what is judged', () => {
  expect(judged({ ...p95, requestName: 'execute' }, { slow: 5, facts: { inFlight: 10 } }).first).toMatchObject({ verdict: 'failed', samples: 110, slower: 15, measured: 600 });
});

describe('a run that proves nothing is not evaluated', () => {
  for (const [reasonCode, facts, more] of [
    ['cut_short', { cutShort: true }, {}],
    ['lines_lost', { linesLost: true }, {}],
    ['load_missed', { iterationsStarted: 97 }, { load: { preset: { key: 'constant', ratePerSecond: 10, durationMs: 10_000 } } }],
  ] as const)
    test(reasonCode, () => {
      const { verdict, first } = judged(p95, { facts, more });
      expect([verdict, first?.reasonCode]).toEqual(['not_evaluated', reasonCode]);
      expect(first?.reason).toMatch(/\.$/);
    });
  test('but what broke its limit has failed all the same', () => {
    expect(judged(p95, { slow: 50, facts: { cutShort: true } }).verdict).toBe('failed');
  });
  test('98 % of the planned starts are enough', () => {
    expect(judged(p95, { facts: { iterationsStarted: 98 }, more: { load: { preset: { key: 'constant', ratePerSecond: 10, durationMs: 10_000 } } } }).verdict).toBe('passed');
  });
});

describe('a generator that did not keep up', () => {
  const unhealthy = 'The generator was late by 40 ms.';
  test('leaves nothing to judge, for better or worse, and its reason is the objective\'s', () => {
    for (const slow of [0, 50]) expect(judged(p95, { slow, facts: { unhealthy } })).toMatchObject({ verdict: 'not_evaluated', reasons: [unhealthy], reasonCodes: ['generator_unhealthy'], first: { reasonCode: 'generator_unhealthy', reason: unhealthy } });
    expect(judged(p95, { slow: 50, facts: { unhealthy, cutShort: true, broken: 0 } }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'generator_unhealthy' });
  });
  test('excuses no failures that an answer proves to be the target\'s own: a 5xx, a failed check', () => {
    const errors = { metric: 'error_ratio', comparison: '<', value: 0.05 };
    expect(judged(errors, { failed: 50, facts: { unhealthy } })).toMatchObject({ verdict: 'failed', first: { verdict: 'failed', reasonCode: 'more_failures_than_allowed' } });
    expect(judged(errors, { failed: 50, facts: { unhealthy, cutShort: true, broken: 0 } }).first).toMatchObject({ verdict: 'failed', reasonCode: 'broken_in_window' });
    const checks = { metric: 'checks_ratio', comparison: '>', value: 0.99 };
    const more = { checks: [{ name: 'a price', path: '/price', equals: '1' }] };
    expect(judged(checks, { failed: 50, outcome: 'check_failed', more, facts: { unhealthy } }).first).toMatchObject({ verdict: 'failed', reasonCode: 'more_failed_checks_than_allowed' });
    // Timeouts may be its own slowness; and what seems to be fine may be so because it sent too little.
    expect(judged(errors, { failed: 50, outcome: 'timeout', facts: { unhealthy } }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'generator_unhealthy' });
    expect(judged(errors, { failed: 2, facts: { unhealthy } }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'generator_unhealthy' });
  });
  test('excuses what it sees itself when it has no port or descriptor left, unless all failed so: then nothing is there', () => {
    const errors = { metric: 'error_ratio', comparison: '<', value: 0.05 };
    for (const outcome of ['other', 'reset', 'refused', 'dns', 'tls'] as const) expect(judged(errors, { failed: 50, outcome, facts: { unhealthy } }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'generator_unhealthy' });
    for (const outcome of ['refused', 'dns', 'tls'] as const) expect(judged(errors, { failed: 100, outcome, facts: { unhealthy } }).first).toMatchObject({ verdict: 'failed', reasonCode: 'more_failures_than_allowed' });
    for (const outcome of ['other', 'reset'] as const) expect(judged(errors, { failed: 100, outcome, facts: { unhealthy } }).first?.verdict).toBe('not_evaluated');
  });
  test('is not the reason of a run that was stopped: that is the stop', () => {
    expect(judged(p95, { facts: { unhealthy, cutShort: true } }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'cut_short', reason: 'The run did not come to its planned end, so it proves nothing about the whole plan.' });
    expect(judged(p95, { slow: 50, facts: { unhealthy, cutShort: true } }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'cut_short' });
  });
  test('is not what is said of an objective without a sample', () => {
    expect(judged(p95, { count: 0, facts: { unhealthy } }).first?.reasonCode).toBe('no_samples');
  });
});

describe('a planned load that was missed', () => {
  const missed = (reason: 'target_could_not_hold_load' | 'max_users_too_low' | 'load_missed') => ({ missed: { reason, sentence: `Why: ${reason}.` } });
  test('by the target fails the run, and its objectives are judged all the same', () => {
    const held = judged(p95, { facts: missed('target_could_not_hold_load') });
    expect(held).toMatchObject({ verdict: 'failed', reasons: ['Why: target_could_not_hold_load.'], reasonCodes: ['target_could_not_hold_load'], first: { verdict: 'passed' } });
    const broken = judged(p95, { slow: 50, facts: missed('target_could_not_hold_load') });
    expect(broken).toMatchObject({ verdict: 'failed', reasonCodes: ['target_could_not_hold_load', 'slower_than_allowed'] });
    expect(broken.reasons).toHaveLength(2);
  });
  test.each(['max_users_too_low', 'load_missed'] as const)('for another reason proves nothing, unless an objective is broken: %s', (reason) => {
    expect(judged(p95, { facts: missed(reason) })).toMatchObject({ verdict: 'not_evaluated', reasons: [`Why: ${reason}.`], reasonCodes: [reason] });
    expect(judged(p95, { slow: 50, facts: missed(reason) })).toMatchObject({ verdict: 'failed', first: { reasonCode: 'slower_than_allowed' } });
  });
  test('comes after lost lines, and before too few samples', () => {
    expect(judged(p95, { facts: { ...missed('load_missed'), linesLost: true } }).first?.reasonCode).toBe('lines_lost');
    expect(judged(p95, { count: 20, facts: missed('load_missed') }).first?.reasonCode).toBe('load_missed');
  });
  test('that was looked at and reached is not asked for again', () => {
    expect(judged(p95, { facts: { iterationsStarted: 97, missed: null }, more: { load: { preset: { key: 'constant', ratePerSecond: 10, durationMs: 10_000 } } } }).verdict).toBe('passed');
  });
});

describe('throughput', () => {
  const objective = { metric: 'throughput', comparison: '>=', value: 12.5 };
  test('is successes over the length of the steady part', () => {
    // 2 s to 10 s: 8 s.
    expect(judged(objective).first).toMatchObject({ verdict: 'passed', measured: 12.5 });
    expect(judged(objective, { failed: 1 }).first).toMatchObject({ verdict: 'failed', measured: 99 / 8, reasonCode: 'below_limit', reason: 'Throughput was below 12.5/s.' });
  });
});

describe('a checks ratio', () => {
  const objective = { metric: 'checks_ratio', comparison: '>=', value: 0.99 };
  const more = { checks: [{ name: 'a price', path: '/price', equals: '1' }, { name: 'a name', path: '/name', equals: '"x"' }] };
  test('counts checks, not answers', () => {
    expect(judged(objective, { count: 150, failed: 3, outcome: 'check_failed', more }).first).toMatchObject({
      verdict: 'passed', measured: 0.99, samples: 300, slower: 3, allowed: 3, needed: 300, reason: '3 of 300 checks failed, 3 allowed. That is narrow: all of it was seen within 2 seconds, too few to rule out chance. Run longer: from 10 seconds on it can be told.',
    });
    expect(judged(objective, { count: 150, failed: 4, outcome: 'check_failed', more }).first).toMatchObject({
      verdict: 'failed', reasonCode: 'more_failed_checks_than_allowed', reason: '4 of 300 checks failed, 3 allowed. That is narrow: all of it was seen within 2 seconds, too few to rule out chance. Run longer: from 10 seconds on it can be told.',
    });
  });
  test('is not judged on too few', () => {
    expect(judged(objective, { count: 20, more }).first).toMatchObject({ reasonCode: 'too_few_samples', reason: 'Too few checks to say: 40 of the 300 that this ratio needs. Run longer or with more load.' });
  });
  test('says when no answer was checked', () => {
    expect(judged(objective, { failed: 100, more }).first).toMatchObject({
      verdict: 'not_evaluated', measured: null, reasonCode: 'no_samples', reason: 'No answer was checked: checks look at the answers of executions that succeeded.',
    });
    expect(judged(objective, { count: 0, more }).first).toMatchObject({ reasonCode: 'no_samples', reason: 'No checks to judge in the steady part.' });
  });
});

describe('an objective that stopped the run', () => {
  const stopped = { cutShort: true, broken: 0 };
  test('has failed, and says over how long it was broken', () => {
    expect(judged({ ...p95, abortAfterMs: 5000 }, { slow: 4, facts: stopped })).toMatchObject({
      verdict: 'failed',
      first: {
        verdict: 'failed', reasonCode: 'broken_in_window',
        reason: '4 of 100 executions were slower than 500 ms, 5 allowed. Over the last 5 s it was more than allowed, so the load was ended early.',
      },
    });
  });
  test('leaves the others without a verdict', () => {
    expect(judged({ ...p95, abortAfterMs: 5000 }, { facts: stopped }).objectives[1]).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'cut_short' });
  });
});

test('a poll deadline is slower than any limit, like a timeout', () => {
  expect(judged(p95, { failed: 6, outcome: 'poll_deadline' }).first).toMatchObject({ samples: 100, slower: 6, verdict: 'failed' });
  expect(judged(p95, { failed: 6, outcome: 'execution_lost' }).first).toMatchObject({ samples: 94, slower: 0, verdict: 'passed' });
});

describe('when everything failed alike', () => {
  const target = { preset: 'studio', baseUrl: 'http://target' } as const;
  const causeOf = (...samples: readonly SampleLine[]) => causeAt(target, ...samples);
  const causeAt = (at: TestPlan['target'], ...samples: readonly SampleLine[]) => {
    const collector = new Collector({ steady: [], warmUpMs: 0, objectives: [] });
    for (const sample of samples) collector.add(sample);
    return commonCause(fold(collector.close(collector.end)?.rows ?? []), at);
  };
  const request = (name: string, outcome: Outcome): SampleLine => ({ kind: 'request', startMicros: 0, name, durationMicros: 1, outcome, status: 200, extra: {} });
  const failed = (outcome: Outcome, detail: string): SampleLine => ({ kind: 'request', startMicros: 0, name: 'execute', durationMicros: 1, outcome, status: 0, extra: { exec: true, detail } });
  const execution = (outcome: Outcome): SampleLine => ({ kind: 'execution', startMicros: 0, durationMicros: 1, outcome });

  test('the reason is one sentence', () => {
    expect(causeOf(request('login', 'refused'), execution('refused'))).toBe('The target refused every connection. Is it running at http://target?');
  });
  test('also where only the executions did', () => {
    expect(causeOf(request('execute', 'ok'), request('poll', 'ok'), execution('poll_deadline'))).toBe('No execution was over before the deadline of the polls.');
    expect(causeOf(request('execute', 'ok'), request('poll', 'not_found'), execution('execution_lost'))).toMatch(/^The target began every execution and then did not know it any more\./);
  });
  for (const [tool, detail] of [
    ['k6', 'tls: first record does not look like a TLS handshake'],
    ['Locust', 'SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)'],
    ['Locust with a newer OpenSSL', 'SSLError: [SSL: PACKET_LENGTH_TOO_LONG] packet length too long (_ssl.c:1032)'],
    ['Artillery', 'EPROTO write EPROTO 400DC831A87F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/openssl/openssl/ssl/record/methods/tlsany_meth.c:77:'],
  ] as const)
    test(`a server that speaks no TLS is told from one whose certificate is not accepted: ${tool}`, () => {
      expect(causeOf(failed('tls', detail))).toBe('No secure connection could be made to http://target: nothing there speaks TLS. Was http:// meant?');
    });
  for (const [tool, detail] of [
    ['k6', 'x509: certificate signed by unknown authority'],
    ['Locust', 'SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1006)'],
    ['Artillery', 'DEPTH_ZERO_SELF_SIGNED_CERT self-signed certificate'],
    ['Artillery with another name in it', "ERR_TLS_CERT_ALTNAME_INVALID Hostname/IP does not match certificate's altnames"],
  ] as const)
    test(`a certificate that is not accepted is named: ${tool}`, () => {
      expect(causeOf(failed('tls', detail))).toBe('No secure connection could be made to http://target: its certificate was not accepted.');
    });
  test('a handshake that failed for another reason is not put down to the certificate', () => {
    expect(causeOf(failed('tls', 'remote error: tls: handshake failure'))).toBe('No secure connection could be made to http://target: the handshake failed.');
  });
  test('what was not found is named with the path that was asked for', () => {
    const notFound = (at: object) => causeAt({ ...target, ...at } as TestPlan['target'], request('execute', 'not_found'));
    const known = (address: string) => `The target knows nothing under the address of the test: ${address}.`;
    expect(notFound({})).toBe(known('http://target/api/workflow/execute'));
    expect(notFound({ baseUrl: 'http://target/below/', path: '/run?now' })).toBe(known('http://target/below/run?now'));
    expect(notFound({ preset: 'gateway', workflowName: 'price lookup' })).toBe(known('http://target/workflows/price%20lookup/execute'));
    expect(notFound({ preset: 'sessions' })).toBe(known('http://target/api/sessions'));
    expect(notFound({ preset: 'custom', path: '/run', auth: { login: { path: '/token', usernameVariable: 'U', passwordVariable: 'P', tokenField: 'token' } } })).toBe(known('http://target/token'));
  });
  test('a sentence about every request is not said when a login went well', () => {
    expect(causeOf(request('login', 'ok'), request('execute', 'http_5xx'), execution('http_5xx'))).toBeNull();
  });
  test('there is none when they failed in different ways, or did not, or there was nothing', () => {
    expect([causeOf(execution('timeout'), execution('reset')), causeOf(request('execute', 'ok'), execution('ok')), causeOf()]).toEqual([null, null, null]);
  });
});

test('a plan that is cut keeps what ran', () => {
  const plan = resolvePlan(testPlan());
  expect(cutAt(plan, 6000)).toMatchObject({ durationMs: 6000, steady: [[2000, 6000]] });
  expect(cutAt(plan, 1000)).toMatchObject({ durationMs: 1000, steady: [[1000, 1000]] });
  expect(cutAt(plan, 60_000)).toMatchObject({ durationMs: 10_000, steady: [[2000, 10_000]] });
});

test('reasons are told once, failures first', () => {
  const twice = judged(p95, { slow: 50, failed: 3 });
  expect(twice.reasons.length).toBe(2);
  expect(twice.reasons[0]).toContain('slower than');
});

describe('a margin', () => {
  const long = { spread: 50, more: { load: { preset: { key: 'constant', users: 2, durationMs: 60_000 } }, warmUpMs: 2000 } };
  test('is clear where chance alone could hardly have decided it', () => {
    // In 50 s. The slow ones come last, together.
    expect(judged(p95, { ...long, count: 1000 }).first).toMatchObject({ verdict: 'passed', margin: 'clear', reason: '0 of 1000 executions were slower than 500 ms, 50 allowed.' });
    expect(judged(p95, { ...long, count: 1000, slow: 900 }).first).toMatchObject({ verdict: 'failed', margin: 'clear', reason: '900 of 1000 executions were slower than 500 ms, 50 allowed.' });
  });
  test('is narrow where it may have, and says so', () => {
    expect(judged(p95, { ...long, count: 1000, slow: 40 }).first).toMatchObject({ verdict: 'passed', margin: 'narrow', reason: '40 of 1000 executions were slower than 500 ms, 50 allowed. That is narrow: chance alone may have decided it.' });
    expect(judged(p95, { ...long, count: 1000, slow: 80 })).toMatchObject({ verdict: 'failed', reasons: ['80 of 1000 executions were slower than 500 ms, 50 allowed. That is narrow: chance alone may have decided it.'], first: { margin: 'narrow' } });
  });
  test('is narrow of a second or two, whatever their counts: they may have been like no others', () => {
    expect(judged(p95, { count: 1396, spread: 4 }).first).toMatchObject({
      verdict: 'passed', margin: 'narrow', reason: '0 of 1396 executions were slower than 500 ms, 69 allowed. That is narrow: all of it was seen within 6 seconds, too few to rule out chance. Run longer: from 10 seconds on it can be told.',
    });
    expect(judged({ ...p95, strict: true }, { count: 1396, spread: 4 }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'narrow', reason: expect.stringMatching(/seen within 6 seconds.* This objective is strict\.$/) });
  });
  test('of the error objective that every plan has is narrow when few ran and nothing failed', () => {
    expect(judged(p95, { ...long, count: 200 }).objectives[1]).toMatchObject({ added: true, verdict: 'passed', margin: 'narrow' });
    expect(judged(p95, { ...long, count: 300 }).objectives[1]).toMatchObject({ added: true, verdict: 'passed', margin: 'clear' });
  });
  test('counts what had no end as one more second, in which all are alike', () => {
    // As many that came one by one would be clear: 60 of 460 where 23 are allowed.
    expect(marginOf('failed', { n: 460, k: 60 }, 0.05, 1)).toBe('clear');
    expect(judged(p95, { ...long, count: 400, facts: { interrupted: 60 } }).first).toMatchObject({ verdict: 'failed', samples: 460, slower: 60, margin: 'narrow' });
  });
  test('has no meaning of what is not counted, allows none, was stopped by it, or has no verdict', () => {
    const marginOf = (objective: object, more: Parameters<typeof judged>[1] = {}) => judged(objective, { ...long, count: 1000, ...more }).first?.margin;
    expect(marginOf({ metric: 'throughput', comparison: '>=', value: 1 })).toBeNull();
    expect(marginOf({ ...p95, statistic: 'mean' })).toBeNull();
    expect(marginOf({ ...p95, statistic: 'max' })).toBeNull();
    expect(marginOf({ metric: 'error_ratio', comparison: '<=', value: 0 }, { failed: 1 })).toBeNull();
    expect(marginOf({ ...p95, abortAfterMs: 5000 }, { facts: { cutShort: true, broken: 0 } })).toBeNull();
    expect(marginOf(p95, { facts: { linesLost: true } })).toBeNull();
  });
});

describe('a strict objective', () => {
  const long = { spread: 50, count: 1000, more: { load: { preset: { key: 'constant', users: 2, durationMs: 60_000 } }, warmUpMs: 2000 } };
  const strict = { ...p95, strict: true };
  test('is not evaluated when it is narrow, either way', () => {
    expect(judged(strict, { ...long, slow: 40 })).toMatchObject({
      verdict: 'not_evaluated', reasonCodes: ['narrow'],
      first: { margin: 'narrow', reason: '40 of 1000 executions were slower than 500 ms, 50 allowed. That is too narrow to say, and this objective is strict. Run longer or with more load.' },
    });
    expect(judged(strict, { ...long, slow: 80 })).toMatchObject({ verdict: 'not_evaluated', reasonCodes: ['narrow'] });
  });
  test('has its verdict when it is clear, or when there is no margin', () => {
    expect(judged(strict, long).verdict).toBe('passed');
    expect(judged(strict, { ...long, slow: 900 }).verdict).toBe('failed');
    expect(judged({ ...strict, statistic: 'max' }, long).verdict).toBe('passed');
    expect(judged({ metric: 'throughput', comparison: '>=', value: 1, strict: true }, long).verdict).toBe('passed');
  });
  test('that stopped the run has failed', () => {
    expect(judged({ ...strict, abortAfterMs: 5000 }, { ...long, slow: 51, facts: { cutShort: true, broken: 0 } }).verdict).toBe('failed');
  });
});

describe('an objective that is held to the baseline', () => {
  const held = { metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1 };
  const baseline = (value: number | null, more: { atLeast?: boolean; differs?: string } = {}): BaselineFigures => ({ valueOf: () => (value === null ? null : { value, atLeast: more.atLeast ?? false }), differs: more.differs ?? null });
  test('is not evaluated while none is known', () => {
    expect(judged(held)).toMatchObject({
      verdict: 'not_evaluated', reasonCodes: ['no_baseline'],
      first: { value: null, maxChangeRatio: 0.1, comparison: '<=', baseline: null, measured: 100, margin: null, slower: null, allowed: null, reason: 'No baseline is pinned that measured this, so there is nothing to hold p95 of executions to. Pin a run first.' },
    });
    expect(judged(held, { baseline: baseline(null) }).first?.reasonCode).toBe('no_baseline');
  });
  test('passes up to the ratio, and fails beyond it, with both numbers', () => {
    expect(judged(held, { baseline: baseline(80) })).toMatchObject({
      verdict: 'failed', first: { baseline: 80, reasonCode: 'changed_too_much', reason: "The p95 was 100 ms, 25 % above the baseline's 80 ms; at most 10 % above is allowed." },
    });
    expect(judged(held, { baseline: baseline(95) }).first).toMatchObject({ verdict: 'passed', reason: "The p95 was 100 ms, 5.3 % above the baseline's 95 ms; at most 10 % above is allowed." });
    expect(judged(held, { baseline: baseline(500) }).first).toMatchObject({ verdict: 'passed', reason: "The p95 was 100 ms, 80 % below the baseline's 500 ms; at most 10 % above is allowed." });
  });
  test('of what is better when there is more of it may not fall', () => {
    // 12.5/s
    const throughput = { metric: 'throughput', maxChangeRatio: 0.1 };
    expect(judged(throughput, { baseline: baseline(14) }).first).toMatchObject({ verdict: 'failed', comparison: '>=', reason: "The throughput was 12.5/s, 10.7 % below the baseline's 14/s; at most 10 % below is allowed." });
    expect(judged(throughput, { baseline: baseline(13.8) }).first?.verdict).toBe('passed');
    expect(judged(throughput, { baseline: baseline(1) }).first?.verdict).toBe('passed');
  });
  test('of a baseline that measured 0 has no ratio', () => {
    const errors = { metric: 'error_ratio', maxChangeRatio: 0.5 };
    expect(judged(errors, { baseline: baseline(0) }).first).toMatchObject({ verdict: 'passed', measured: 0 });
    expect(judged(errors, { failed: 1, baseline: baseline(0) }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'baseline_is_zero', reason: 'The baseline measured 0 %, and no ratio leads away from that: give a value instead.' });
    // Nothing falls below it.
    expect(judged({ metric: 'throughput', maxChangeRatio: 0.5 }, { baseline: baseline(0) }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'baseline_is_zero' });
  });
  test('is not known where its rank falls into what had no end in time, unless that is too much already', () => {
    const timedOut = { failed: 10, outcome: 'timeout' as const };
    expect(judged(held, { ...timedOut, baseline: baseline(29_000) }).first).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'change_unknown' });
    expect(judged(held, { ...timedOut, baseline: baseline(100) }).first).toMatchObject({ verdict: 'failed', measured: 30_000 });
  });
  test('does not fail against a baseline of which only the least is known, for that may have been as slow; what is no slower has passed', () => {
    const least = (value: number) => ({ baseline: baseline(value, { atLeast: true }) });
    expect(judged(held, least(80)).first).toMatchObject({
      verdict: 'not_evaluated', reasonCode: 'change_unknown', baseline: 80, baselineAtLeast: true,
      reason: "The p95 was 100 ms, 25 % above the baseline's 80 ms, which is the least that it was; at most 10 % above is allowed. How much slower it was is not known, so the change may be less.",
    });
    expect(judged(held, least(95)).first?.verdict).toBe('passed');
    expect(judged(held, { failed: 10, outcome: 'timeout', ...least(29_000) }).first?.reasonCode).toBe('change_unknown');
  });
  test('says in what the pinned run differs, where that does not count', () => {
    expect(judged(held, { baseline: baseline(null, { differs: 'another load, locust 2.46.0' }) }).first).toMatchObject({ reasonCode: 'no_baseline', reason: 'The baseline cannot be compared with this run: its own had another load, locust 2.46.0. Pin a run that can, or give a value.' });
  });
  test('needs as many samples as any other, and a run that proves something', () => {
    const known = { baseline: baseline(100) };
    expect(judged(held, { ...known, count: 58 }).first).toMatchObject({ reasonCode: 'too_few_samples', needed: 59 });
    expect(judged(held, { ...known, count: 0 }).first).toMatchObject({ reasonCode: 'no_samples', measured: null });
    expect(judged(held, { ...known, facts: { cutShort: true } }).first?.reasonCode).toBe('cut_short');
  });
});
