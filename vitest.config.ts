import { defineConfig } from 'vitest/config';

/** Two projects: what is pure runs in parallel; what starts databases, tools, servers or a browser runs one file after the other. */
const system = ['tests/flow.test.ts', 'tests/real/**', 'tests/graphql/**', 'tests/migrations/**', 'tests/run/**', 'tests/ui/browser*.test.ts', 'tests/plugin/**'];
const all = ['tests/**/*.test.ts'];

/** As Node itself resolves: with vite's own `development` condition there would be two copies of graphql. */
const conditions = ['node', 'import', 'module', 'default'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };

export default defineConfig({
  test: {
    root: import.meta.dirname,
    projects: [
      { resolve, ssr, test: { name: 'unit', root: import.meta.dirname, include: all, exclude: [...system, '**/node_modules/**'] } },
      {
        resolve,
        ssr,
        test: {
          name: 'system',
          root: import.meta.dirname,
          include: system.map((pattern) => (pattern.endsWith('**') ? `${pattern}/*.test.ts` : pattern)),
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
