import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readContext } from '../../ui/src/lib/host/messages.ts';
import { executionFailures, failuresOf, isPolled, type RequestRow } from '../../ui/src/lib/metrics/requests.ts';
import { shownOf, lineCount } from '../../ui/src/lib/script/bundle.ts';
import { bytes, changeOf, clock, clockLeft, moment, ms, percent, percentParts, rate, span, timeOfDay } from '../../ui/src/lib/text/format.ts';
import { setLocale } from '../../ui/src/lib/text/locale.ts';
import { onBar, standing } from '../../ui/src/lib/verdict/live.ts';
import { text } from '../../ui/src/lib/text/text.ts';
import { MOST_NAMES } from '../../server/metrics/collector.ts';
import { ENDING_CAUSES } from '../../server/run/state.ts';
import { METHODS } from '../../server/trend/change.ts';
import { OUTCOMES } from '../../server/samples/sample.ts';
import { tookOf } from '../../ui/src/lib/verdict/took.ts';
import { type Judged, why } from '../../ui/src/lib/verdict/why.ts';
import { limitOf, meaningOf, nameOf } from '../../ui/src/lib/verdict/words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  beforeAll(() => setLocale('en'));
  afterAll(() => setLocale(undefined));

  it('have three digits and their unit', () => {
    expect([7.914, 84.14, 841.4, 12_345].map((value) => plain(ms(value)))).toEqual(['7.91 ms', '84.1 ms', '841 ms', '12,345 ms']);
  });
  it('do not round a small ratio to 0', () => expect([0, 0.0004, 0.0058, 0.5, 1].map((ratio) => plain(percent(ratio)))).toEqual(['0 %', '0.04 %', '0.58 %', '50 %', '100 %']));
  it('stand apart from their unit where it is drawn smaller', () => expect(percentParts(0.0058)).toEqual({ value: '0.58', unit: '%' }));
  it('that are not there are a dash, never 0', () => expect([ms(null), percent(undefined), rate(null), bytes(Number.NaN), span(null), clock(null)]).toEqual(['–', '–', '–', '–', '–', '–']));
  it('of time read like time', () => {
    expect([450, 0, 1500, 20_000, 90_000, 7_200_000].map((value) => plain(span(value)))).toEqual(['450 ms', '0 s', '1.5 s', '20 s', '1 min 30 s', '2 h']);
    expect([0, 204_999, 3_605_000].map(clock)).toEqual(['0:00', '3:24', '1:00:05']);
  });
  it.each([
    ['de', '51.163 ms', '81,5 %', '-4,8 %'],
    ['fr', '51\u202f163 ms', '81,5 %', '-4,8 %'],
    ['en-IN', '51,163 ms', '81.5 %', '-4.8 %'],
    ['ar-EG', '51,163 ms', '81.5 %', '\u200e-4.8 %'],
  ])('are written by the locale: %s', (locale, ...expected) => {
    setLocale(locale);
    expect([ms(51_163), percent(0.815), changeOf(-0.048)].map(plain)).toEqual(expected);
    setLocale('en');
  });
});

const objective = { verdict: 'PASSED', reason: '0 of 476 executions were slower than 500 ms, 23 allowed.', reasonCode: null } as const;

describe('why a run has its verdict', () => {
  it('is what failed, once', () => {
    const failed = { ...objective, verdict: 'FAILED', reason: '7 of 30 failed.' } as const;
    expect(why({ verdict: 'FAILED', verdictReasons: ['7 of 30 failed.'], objectives: [failed, objective] })).toEqual({ sentence: '7 of 30 failed.', more: [] });
  });
  it('is that all objectives held, with their counts', () => {
    expect(why({ verdict: 'PASSED', verdictReasons: [], objectives: [objective] })).toEqual({ sentence: 'The objective held.', more: [objective.reason] });
  });
  it('says once what two objectives say in the same words', () => {
    expect(why({ verdict: 'PASSED', verdictReasons: [], objectives: [objective, objective] })).toEqual({ sentence: 'All 2 objectives held.', more: [objective.reason] });
  });
  it('says once what is said of more than one objective', () => {
    const tail = 'That is narrow: all of it was seen within 8 seconds.';
    const [slow, failed] = ['0 of 476 executions were slower than 9.5 ms, 23 allowed.', '0 of 476 executions failed, 4 allowed.'];
    const objectives = [slow, failed].map((counts) => ({ ...objective, reason: `${counts} ${tail}` }));
    expect(why({ verdict: 'PASSED', verdictReasons: [], objectives }).more).toEqual([slow, failed, tail]);
    expect(why({ verdict: 'PASSED', verdictReasons: [], objectives: [...objectives.slice(1), objective] }).more).toEqual([`${failed} ${tail}`, objective.reason]);
  });
  it('does not repeat how the run ended', () => {
    const cut: Judged = { verdict: 'NOT_EVALUATED', verdictReasons: ['Stopped after 5 s.', 'It proves nothing about the whole plan.'], objectives: [] };
    expect(why(cut, 'Stopped after 5 s.')).toEqual({ sentence: 'It proves nothing about the whole plan.', more: [] });
    expect(why({ ...cut, verdictReasons: ['Stopped after 5 s.'] }, 'Stopped after 5 s.').sentence).toBeNull();
  });
  it('is never empty', () => expect(why({ verdict: 'NOT_EVALUATED', verdictReasons: [], objectives: [] }).sentence).toBe('No reason was recorded.'));
});

describe('a clock of a run', () => {
  it.each([[11_400, 20_000, '0:09'], [11_600, 20_000, '0:09'], [0, 18_700, '0:18'], [18_700, 18_700, '0:00'], [59_999, 3_661_500, '1:00:02']])('adds up: at %i of %i ms %s is left', (elapsed, planned, left) => expect(clockLeft(elapsed, planned)).toBe(left));
});

describe('a moment', () => {
  beforeAll(() => setLocale('en'));
  afterAll(() => setLocale(undefined));
  const now = new Date(2026, 2, 2, 9, 0, 0);
  const at = (...parts: [year: number, month: number, day: number]) => new Date(...parts, 15, 4, 5).toISOString();
  const days = [at(2026, 2, 2), at(2026, 2, 1), at(2025, 11, 31)];
  it('has its day unless that is today', () => {
    expect(days.map((day) => plain(moment(day, now)).replaceAll('\u202f', ' '))).toEqual(['03:04 PM', 'Sun, Mar 1, 03:04 PM', 'Wed, Dec 31, 2025, 03:04 PM']);
    expect(days.map((day) => timeOfDay(day, now).replaceAll('\u202f', ' '))).toEqual(['03:04:05 PM', 'Sun, Mar 1, 03:04:05 PM', 'Wed, Dec 31, 2025, 03:04:05 PM']);
  });
});

describe('how long a run took', () => {
  const run = { startedAt: '2026-03-01T10:00:00.000Z', finishedAt: '2026-03-01T10:00:18.700Z', summary: { durationMs: 9000 }, importedFrom: null };
  it('is from its start to its end', () => expect(tookOf({ ...run, ending: { cause: 'stop_asked' } })).toBe(18_700));
  it('is what was measured, when its server was gone: others found that later', () => {
    expect(tookOf({ ...run, ending: { cause: 'owner_lost' } })).toBe(9000);
    expect(tookOf({ ...run, ending: { cause: 'owner_lost' }, summary: null })).toBeNull();
  });
  it('is what it tells, of one that was brought: that was later', () => {
    expect(tookOf({ ...run, ending: null, importedFrom: { durationMs: null } })).toBe(9000);
    expect(tookOf({ ...run, ending: null, summary: null, importedFrom: { durationMs: 7000 } })).toBe(7000);
    expect(tookOf({ ...run, ending: null, summary: null, importedFrom: { durationMs: null } })).toBeNull();
  });
  it('is not known of one that never began', () => expect(tookOf({ ...run, startedAt: null, ending: null })).toBeNull());
});

describe('an objective while the run goes on', () => {
  const live = { metric: 'latency', comparison: '<', value: 500, measured: 300, verdict: 'PASSED' } as const;
  it('holds, is at risk near its limit, is broken, or it is too early to say', () => {
    expect(standing(live)).toBe('holds');
    expect(standing({ ...live, measured: 460 })).toBe('at_risk');
    expect(standing({ ...live, verdict: 'FAILED' })).toBe('broken');
    expect(standing({ ...live, verdict: 'NOT_EVALUATED', measured: null })).toBe('too_early');
  });
  it('on throughput is at risk from below', () => {
    expect(standing({ metric: 'throughput', comparison: '>=', value: 28, measured: 29, verdict: 'PASSED' })).toBe('at_risk');
    expect(standing({ metric: 'throughput', comparison: '>=', value: 28, measured: 40, verdict: 'PASSED' })).toBe('holds');
  });
  it('has its limit at two thirds of the bar', () => {
    expect(onBar(250, 500)).toEqual({ measured: 1 / 3, limit: 2 / 3 });
    expect(onBar(5000, 500)?.measured).toBe(1);
    expect(onBar(null, 500)).toBeNull();
  });
  it('is named in the unit of its metric', () => {
    const shape = { metric: 'error_ratio', statistic: null, comparison: '<', value: 0.01, requestName: null, during: 'steady' };
    expect([nameOf(shape), plain(limitOf(shape))]).toEqual(['Error ratio', '< 1 %']);
    // Rounded it would be another one.
    const given = [{ ...shape, metric: 'latency', value: 150.5 }, { ...shape, value: 0.00125 }, { ...shape, value: 0.07 }, { ...shape, metric: 'throughput', comparison: '>=', value: 1234.56 }, { ...shape, value: null, maxChangeRatio: 0.1225 }];
    expect(given.map((one) => plain(limitOf(one)))).toEqual(['< 150.5 ms', '< 0.125 %', '< 7 %', '≥ 1,234.56/s', 'baseline + 12.25 %']);
    expect(nameOf({ metric: 'latency', statistic: 'p999' })).toBe('p99.9');
  });
});

describe('failures', () => {
  it('of all requests stand together, the most frequent class first', () => {
    const request = (name: string, failures: RequestRow['failures']): RequestRow => ({ name, requests: 10, failed: 1, errorRatio: 0.1, latency: null, failures });
    const list = failuresOf([request('login', [{ class: 'auth', count: 2, example: null }]), request('execute', [{ class: 'timeout', count: 5, example: 'x' }])]);
    expect(list.map((failure) => [failure.requestName, failure.class])).toEqual([['execute', 'timeout'], ['login', 'auth']]);
  });
  it('of executions are added up over the intervals, and are not those of requests', () => {
    const failure = (name: string, count: number, example: string | null = null) => ({ class: name, count, example });
    expect(executionFailures([{ failures: [failure('poll_deadline', 1)] }, { failures: [] }, { failures: [failure('workflow_failed', 3), failure('poll_deadline', 1, 'not done')] }])).toEqual([
      failure('workflow_failed', 3),
      failure('poll_deadline', 2, 'not done'),
    ]);
    expect([isPolled([{ name: 'login' }, { name: 'execute' }]), isPolled([{ name: 'execute' }, { name: 'poll' }])]).toEqual([false, true]);
  });
});

describe('words', () => {
  it('are there for every outcome', () => expect(OUTCOMES.filter((outcome) => outcome !== 'ok' && !text.outcome[outcome])).toEqual([]));
  it('say before the start what a run may take, and how many request names the server counts apart', () => {
    setLocale('en');
    expect(plain(text.plan.runMayTake({ maxMemoryBytes: 4e9, maxOutputBytes: 100e6, maxFolderBytes: 1e9 }))).toBe(`A run may take 4 GB of memory, 100 MB of output and 1 GB of files. At most ${MOST_NAMES} request names are told apart.`);
    setLocale(undefined);
  });
  it('say first how a run ended that did not come to its planned end', () => {
    const said = (state: string, cause: string) => text.verdict.cutShort(state, cause);
    expect([said('FINISHED', 'planned_end'), said('ABORTED', 'stop_asked'), said('CRASHED', 'tool_broke')]).toEqual([null, 'The run was stopped early.', 'The run crashed.']);
    expect([said('FINISHED', 'rows_ran_out'), said('ABORTED', 'objective_broken')]).toEqual(['All rows were used.', 'An objective was broken for too long.']);
  });
  it('are there for every cause of an ending, in the course of a run and before its verdict', () => {
    const causes = Object.keys(ENDING_CAUSES);
    expect(causes.filter((cause) => !text.run.cause[cause])).toEqual([]);
    // Told of a finished run, nothing but the cause itself can have words.
    expect(causes.filter((cause) => text.verdict.cutShort('FINISHED', cause) === null)).toEqual(['planned_end']);
  });
  it('are there for every cause that the server writes beside a move', () => {
    const folder = new URL('../../server/run/', import.meta.url);
    const source = readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    const causes = [...source.matchAll(/cause: [^,}\n]*|moved\(\[\], 'queued', '\w+'/g)].flatMap(([found]) => [...found.matchAll(/'(\w+)'/g)].map(([, cause]) => cause ?? '')).filter((cause) => cause !== 'queued');
    expect(causes).toEqual(expect.arrayContaining(['accepted', 'turn_came', 'first_line', 'planned_end']));
    expect(causes.filter((cause) => !text.run.cause[cause])).toEqual([]);
  });
});

describe('a file of a script', () => {
  const file = (path: string, text: string) => ({ path, text, mediaType: 'text/plain' });
  it('is highlighted by its name while it is small', () => expect(shownOf(file('a/b.py', 'x = 1\n'))).toEqual({ text: 'x = 1\n', cut: false, language: 'python' }));
  it('is shown plain when one line is very long', () => expect(shownOf(file('a.json', `[${'1,'.repeat(5000)}1]`)).language).toBeNull());
  it('of 5 MB is cut for the eye', () => {
    const shown = shownOf(file('d.json', 'x\n'.repeat(2_500_000)));
    expect([shown.cut, shown.text.length, shown.language]).toEqual([true, 200_000, null]);
  });
  it('has as many lines as an editor says', () => expect(['', 'a', 'a\n', 'a\nb'].map(lineCount)).toEqual([0, 1, 1, 2]));
});

describe('a message of the host', () => {
  it('is read when it is a context', () => {
    expect(readContext({ type: 'load-testing:context', theme: 'dark', locale: 'de-CH', workflow: 'w1', token: 't' })).toEqual({ theme: 'dark', locale: 'de-CH', workflow: 'w1', token: 't' });
  });
  it.each([null, 'text', 7, {}, { type: 'load-testing:ready' }, { type: 'other', theme: 'dark' }])('is left alone when it is anything else: %o', (data) => expect(readContext(data)).toBeNull());
  it('loses members of a wrong type, and keeps the rest', () => {
    expect(readContext({ type: 'load-testing:context', theme: 'pink', locale: '../..', workflow: 5, token: null })).toEqual({});
  });
});

describe('plain words', () => {
  it('are there for every method of a comparison, and for nothing that is not said', () => expect(Object.keys(text.comparison.methodMeaning).sort()).toEqual(Object.values(METHODS).toSorted()));
  it('of the generator are of what stands there', () => {
    const names = Object.values(text.generator).filter((word) => typeof word === 'string');
    expect(Object.keys(text.generator.meaning).filter((name) => !names.includes(name))).toEqual([]);
  });
  it('are there for every statistic and metric of an objective', () => {
    const wordless = [...Object.keys(text.metric.statistic).map((statistic) => ({ metric: 'latency', statistic })), ...Object.keys(text.metric.name).filter((metric) => metric !== 'latency').map((metric) => ({ metric, statistic: null }))].filter((shape) => meaningOf(shape) === '');
    expect(wordless).toEqual([]);
  });
});
