/** The schema builder: relay ids, typed refusals, permissions, and bounds on what one operation may ask for. */
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { Context } from '../context.ts';
import { Refusal } from '../refusal.ts';

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Connection: object;
  AuthScopes: { read: boolean; run: boolean };
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: unknown; Output: unknown };
    ID: { Input: string; Output: string };
  };
}>({
  // Errors first: a missing permission is then a typed refusal as well.
  plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  errors: { directResult: true, defaultTypes: [Refusal] },
  relay: {
    cursorType: 'String',
    edgesFieldOptions: { nullable: { list: false, items: false } },
    nodeFieldOptions: { nullable: false },
    nodesQueryOptions: false,
  },
  scopeAuth: {
    authScopes: ({ viewer }) => ({ read: mayRead(viewer), run: viewer.permissions.includes('load-testing:run') }),
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, { viewer }) =>
      new Refusal('forbidden', mayRead(viewer) ? 'You may look at load tests here, but not start or change them.' : 'You may not look at load tests here.'),
  },
  complexity: { defaultComplexity: 1, defaultListMultiplier: 5, limit: { complexity: 5000, depth: 12, breadth: 400 } },
});

builder.scalarType('DateTime', {
  description: 'ISO 8601, UTC, milliseconds.',
  serialize: (value) => value.toISOString(),
  parseValue: () => {
    throw new TypeError('no input takes a DateTime');
  },
});

builder.scalarType('JSON', { description: 'Any JSON value.', serialize: (value) => value, parseValue: (value) => value });

builder.queryType({ authScopes: { read: true } });
builder.mutationType({ authScopes: { run: true } });
builder.subscriptionType({ authScopes: { read: true } });

/** Whoever may run may look, too. */
function mayRead({ permissions }: Context['viewer']): boolean {
  return permissions.includes('load-testing:read') || permissions.includes('load-testing:run');
}

const Problem = builder.objectRef<Refusal['problems'][number]>('Problem').implement({
  fields: (t) => ({ path: t.exposeString('path'), message: t.exposeString('message') }),
});

builder.objectType(Refusal, {
  name: 'Refusal',
  description: 'What was asked is not done and nothing was changed. `code` is one of a closed list; the message says what to do.',
  fields: (t) => ({
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    problems: t.expose('problems', { type: [Problem] }),
    effectsHash: t.exposeString('effectsHash', { nullable: true }),
  }),
});
