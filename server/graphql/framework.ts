/** The frameworks, and whether their tools are here. */
import type { Framework as Definition } from '../../templates/framework.ts';
import { builder } from './builder.ts';

const Framework = builder.objectRef<Definition>('Framework').implement({
  fields: (t) => ({
    key: t.exposeString('key'),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    loadModels: t.stringList({ resolve: ({ loadModels }) => [...loadModels] }),
    available: t.boolean({ resolve: async ({ key }, _args, { tools }) => (await tools.find(key)).available }),
    version: t.string({ nullable: true, resolve: async ({ key }, _args, { tools }) => (await tools.find(key)).version }),
    problem: t.string({ nullable: true, resolve: async ({ key }, _args, { tools }) => (await tools.find(key)).problem ?? null }),
    installHint: t.string({ resolve: ({ tool }) => tool.hint }),
  }),
});

builder.queryFields((t) => ({ frameworks: t.field({ type: [Framework], resolve: (_root, _args, { frameworks }) => [...frameworks] }) }));
