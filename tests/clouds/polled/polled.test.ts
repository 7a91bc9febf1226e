/** What places have in common that are asked again and again how a fleet is. */
import { describe, expect, test } from 'vitest';
import { CloudProblem, type FleetNews } from '../../../server/clouds/cloud.ts';
import { Patience } from '../../../server/clouds/polled/patience.ts';
import { Recent } from '../../../server/clouds/polled/recent.ts';
import { Telling } from '../../../server/clouds/polled/telling.ts';
import { ApiProblem } from '../../../server/clouds/problem.ts';

test('what was seen lately is known, however much has come', () => {
  const recent = new Recent();
  const added = Array.from({ length: 120_000 }, (_, i) => recent.add(`${i}`));
  expect(added).not.toContain(false);
  expect([recent.add('119999'), recent.add('70000')]).toEqual([false, false]);
});

describe('What is told of a shard', () => {
  const telling = () => {
    const news: FleetNews[] = [];
    return { news, to: new Telling((one) => void news.push(one)) };
  };

  test('is each state once, and another one when its reason is another', () => {
    const { news, to } = telling();
    for (const reason of ['It waits.', 'It waits.', 'It pulls.']) to.state(0, { state: 'pending', reason });
    to.state(1, { state: 'running', reason: null });
    expect(news).toEqual([{ shard: 0, state: 'pending', reason: 'It waits.' }, { shard: 0, state: 'pending', reason: 'It pulls.' }, { shard: 1, state: 'running', reason: null }]);
    expect([to.seen(0), to.seen(2)]).toEqual([{ state: 'pending', reason: 'It pulls.' }, undefined]);
  });

  test('is nothing of its state after an end', () => {
    const { news, to } = telling();
    to.state(0, { state: 'stopped', reason: null });
    to.state(0, { state: 'failed', reason: 'It is gone.' });
    expect(news).toEqual([{ shard: 0, state: 'stopped', reason: null }]);
  });

  test('is, of one that failed, what it said last', () => {
    const { news, to } = telling();
    to.line(0, 'a line');
    for (const text of ['first', ' why \n', '\n']) to.words(0, text);
    to.words(1, 'it waits');
    to.state(0, { state: 'failed', reason: 'It ended with exit code 1.' });
    to.state(1, { state: 'stopped', reason: 'It was stopped.' });
    expect(news).toEqual([{ shard: 0, line: 'a line' }, { shard: 0, state: 'failed', reason: 'It ended with exit code 1: why' }, { shard: 1, state: 'stopped', reason: 'It was stopped.' }]);
  });
});

describe('Patience with an API', () => {
  const passing = new ApiProblem('It does not answer.', 'UNAVAILABLE', { passes: true });

  test('bears what passes, and nothing else', () => {
    const patience = new Patience(60_000);
    patience.bear(passing);
    for (const error of [new ApiProblem('It is refused.', 'DENIED'), new CloudProblem('no'), new Error('a bug')]) expect(() => patience.bear(error)).toThrow(error);
  });

  test('ends when it has not worked for long', () => {
    const patience = new Patience(-1);
    patience.worked();
    expect(() => patience.bear(passing)).toThrow(passing);
  });
});
