/** Many subscribers of the same: executed once for all who ask in the same words. */
import { GraphQLBoolean, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, parse } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import { SAME_FOR_ALL, subscribeShared } from '../../server/graphql/shared.ts';

let executed = 0;
/** Each subscriber gets the same. */
let events: { at: number }[] = [];
beforeEach(() => {
  executed = 0;
  events = [{ at: 1 }, { at: 2 }];
});

const Tick = new GraphQLObjectType<{ at: number }>({
  name: 'Tick',
  fields: {
    at: {
      type: GraphQLInt,
      resolve({ at }) {
        executed += 1;
        return at;
      },
    },
    later: { type: GraphQLInt, args: { by: { type: new GraphQLNonNull(GraphQLInt) } }, resolve: ({ at }, { by }) => at + (by as number) },
    mine: { type: GraphQLBoolean, resolve: (_tick, _args, viewer) => viewer === 'ada' },
  },
});

const root = { type: Tick, args: { after: { type: GraphQLInt } }, resolve: (event: unknown) => event, subscribe: async function* () { yield* events; } };
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { none: { type: GraphQLInt } } }),
  subscription: new GraphQLObjectType({ name: 'Subscription', fields: { shared: { ...root, extensions: SAME_FOR_ALL }, own: root } }),
});

async function answers(query: string, variableValues: Record<string, unknown> = {}, contextValue = 'ada'): Promise<unknown[]> {
  const stream = await subscribeShared({ schema, document: parse(query), variableValues, contextValue });
  if (!(Symbol.asyncIterator in stream)) return [stream];
  const all: unknown[] = [];
  for await (const answer of stream) all.push(answer);
  return all;
}

test('an event is executed once, however many ask, and from wherever on', async () => {
  const query = 'subscription ($after: Int) { shared(after: $after) { at } }';
  const all = await Promise.all(Array.from({ length: 100 }, (_, after) => answers(query, { after })));
  for (const each of all) expect(each).toEqual([{ data: { shared: { at: 1 } } }, { data: { shared: { at: 2 } } }]);
  expect(executed).toBe(2);
});

test('whoever asks in other words gets an answer of its own', async () => {
  const query = 'subscription ($with: Boolean!, $by: Int!) { shared { at @include(if: $with) later(by: $by) } }';
  const told = async (variables: object) => (await answers(query, { ...variables }))[0];
  expect(await told({ with: true, by: 1 })).toEqual({ data: { shared: { at: 1, later: 2 } } });
  expect(await told({ with: false, by: 1 })).toEqual({ data: { shared: { later: 2 } } });
  expect(await told({ with: true, by: 5 })).toEqual({ data: { shared: { at: 1, later: 6 } } });
  expect((await answers('subscription { shared { now: at } }'))[0]).toEqual({ data: { shared: { now: 1 } } });
  const two = parse('subscription A { shared { a: at } } subscription B { shared { b: at } }');
  for (const [operationName, field] of [['A', 'a'], ['B', 'b']] as const) {
    const stream = await subscribeShared({ schema, document: two, operationName });
    if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
    expect((await stream.next()).value).toEqual({ data: { shared: { [field]: 1 } } });
  }
});

test('what may depend on who looks is executed for each', async () => {
  const mine = async (viewer: string) => (await answers('subscription { own { at mine } }', {}, viewer))[0];
  expect(await mine('ada')).toEqual({ data: { own: { at: 1, mine: true } } });
  expect(await mine('bob')).toEqual({ data: { own: { at: 1, mine: false } } });
  expect(executed).toBe(4);
});

test('mistakes are told as by graphql itself', async () => {
  expect(JSON.stringify(await answers('subscription ($after: Int!) { shared(after: $after) { at } }'))).toContain('$after');
});
