import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_SHOWN, type ShardReport, shownOf, stateOf, tallyOf, thereAre } from '../../ui/src/lib/place/shards.ts';
import { choicesOf, fromWhere, HERE, keptWhere, ON_THIS_SERVER, problemsOfWhere, toWhere, type Where, whereOfNewest, whereOfRun } from '../../ui/src/lib/place/where.ts';
import { money } from '../../ui/src/lib/text/format.ts';
import { setLocale } from '../../ui/src/lib/text/locale.ts';

const asked = (shards: string, region = '', image = '') => ({ place: 'aws', of: { aws: { shards, region, image } } });

describe('where a run is made', () => {
  it('is the server itself, which is asked for nothing', () => expect(toWhere(ON_THIS_SERVER)).toBeNull());
  it('leaves to the place what was not asked for', () => {
    expect(toWhere({ place: 'aws', of: {} })).toEqual({ place: 'aws', cloud: {} });
    expect(toWhere(asked('12', 'eu-central-1', 'acme:1'))).toEqual({ place: 'aws', cloud: { shards: 12, region: 'eu-central-1', image: 'acme:1' } });
  });
  it('comes back as the same start from what is typed', () => {
    const starts: Where[] = [null, { place: 'process', cloud: {} }, { place: 'aws', cloud: { shards: 3, region: 'r', image: 'i' } }];
    expect(starts.map((where) => toWhere(fromWhere(where)))).toEqual(starts);
  });
  it('keeps what was typed for another place, and asks for none of it', () => {
    const fields = { ...asked('5'), place: HERE };
    expect([toWhere(fields), fields.of.aws.shards]).toEqual([null, '5']);
  });
  it.each(['0', '-1', '1.5', 'two', '1.000', '99999999999'])('has no number of shards in "%s"', (typed) => expect(problemsOfWhere(asked(typed)).map(({ path }) => path)).toEqual(['cloud.shards']));
  it.each(['', '1', ' 12 ', '1,000'])('has one in "%s"', (typed) => expect(problemsOfWhere(asked(typed))).toEqual([]));

  it('is that of an earlier run, to the region and the number of its shards', () => {
    expect(whereOfRun({ place: 'process', cloud: { region: null, image: null, shards: 2 } })).toEqual({ place: 'process', cloud: { shards: 2 } });
    expect(whereOfRun({ place: 'aws', cloud: { region: 'r', image: 'i', shards: 60 } })).toEqual({ place: 'aws', cloud: { region: 'r', image: 'i', shards: 60 } });
    expect(whereOfRun({ place: 'local', cloud: null })).toBeNull();
  });
  it('is not told by a run that was brought, and is the server itself where there is no run', () => {
    const node = { place: 'process', cloud: { region: null, image: null, shards: 2 } };
    expect(whereOfNewest({ runs: { edges: [{ node: { place: 'imported', cloud: null } }, { node }] } })).toEqual({ place: 'process', cloud: { shards: 2 } });
    expect([whereOfNewest({}), whereOfNewest({ runs: { edges: [] } })]).toEqual([null, null]);
  });

  it('is read as the browser kept it, and not at all when that is something else', () => {
    expect(keptWhere(JSON.stringify(asked('2', 'r')))).toEqual(asked('2', 'r'));
    expect(keptWhere('{"place":"aws","of":{"aws":{"shards":2},"gcp":7},"more":1}')).toEqual({ place: 'aws', of: { aws: { shards: '', region: '', image: '' } } });
    expect(['', '{', '7', '[]', 'null', '{"place":1}'].map(keptWhere)).toEqual([null, null, null, null, null, null]);
  });
  it('can be what it was, though the place does not have it any more', () => {
    expect([choicesOf(['a', 'b'], ''), choicesOf(['a', 'b'], 'b'), choicesOf(['a'], 'gone')]).toEqual([['a', 'b'], ['a', 'b'], ['a', 'gone']]);
  });
});

const shard = (index: number, more: Partial<ShardReport> = {}): ShardReport => ({ index, state: 'running', requests: 10, lateMs: 0, problem: null, ...more });
const many = Array.from({ length: 60 }, (_, index) => shard(index));
const indexes = (shards: readonly ShardReport[]) => shards.map(({ index }) => index);

describe('the shards of a run', () => {
  it('stand in their order, whatever became of them, while there are few', () => {
    const few = many.slice(0, MOST_SHOWN).with(5, shard(5, { state: 'failed' }));
    expect(indexes(shownOf(few, false))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
  it('are of many the worst: failed, with a problem, stopped, not there, waiting, and then by their number', () => {
    const told = many
      .with(7, shard(7, { lateMs: null }))
      .with(9, shard(9, { state: 'pending', lateMs: null }))
      .with(30, shard(30, { state: 'stopped' }))
      .with(40, shard(40, { lateMs: 4000, problem: 'It began 4.0 s late.' }))
      .with(59, shard(59, { state: 'failed', problem: 'It ended without a word.' }));
    expect(indexes(shownOf(told, false))).toEqual([59, 40, 30, 9, 7, 0]);
    expect(indexes(shownOf(told, true))).toEqual(indexes(many));
  });
  it('are counted as there once they are, and as waiting until all begin', () => {
    const coming = [shard(0, { lateMs: null }), shard(1, { state: 'pending', lateMs: null }), shard(2, { state: 'failed', lateMs: null })];
    expect(thereAre(coming)).toBe(2);
    expect(coming.map(stateOf)).toEqual(['waiting', 'pending', 'failed']);
    expect(tallyOf(coming)).toEqual([{ state: 'failed', count: 1 }, { state: 'pending', count: 1 }, { state: 'waiting', count: 1 }]);
  });
  it('may be in a state of a later server', () => expect(indexes(shownOf(many.with(3, shard(3, { state: 'frozen' })), false))).toEqual([0, 1, 2, 4, 5, 6]));
});

describe('an amount of money', () => {
  beforeAll(() => setLocale('en'));
  afterAll(() => setLocale(undefined));
  it('has the code of its currency, and is never rounded to nothing', () => {
    expect([0.1234, 12.5, 1234, 0.0004, 0, null].map((amount) => money(amount, 'USD').replaceAll('\u00a0', ' '))).toEqual(['0.12 USD', '12.50 USD', '1,234.00 USD', '< 0.01 USD', '0.00 USD', '–']);
  });
});
