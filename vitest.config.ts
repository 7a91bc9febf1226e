import { defineConfig } from 'vitest/config';

/**
 * Three projects, one after the other: what is pure runs in parallel; what starts databases, tools, servers or a browser runs
 * one file after the other; and what measures runs alone, because whatever else the machine does would stand in the numbers.
 */
const alone = 'tests/real/one-instrument.test.ts';
const system = ['tests/flow.test.ts', 'tests/real/**', 'tests/graphql/**', 'tests/migrations/**', 'tests/run/**', 'tests/ui/browser*.test.ts', 'tests/plugin/**'];
const all = ['tests/**/*.test.ts'];
/** Once more when it failed: several tools share two cores here, and one that starves is no mistake of the product's. The runner says which were repeated. */
const slow = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000, retry: 1 };

/** As Node itself resolves: with vite's own `development` condition there would be two copies of graphql. */
const conditions = ['node', 'import', 'module', 'default'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };

export default defineConfig({
  test: {
    root: import.meta.dirname,
    projects: [
      { resolve, ssr, test: { name: 'unit', root: import.meta.dirname, include: all, exclude: [...system, '**/node_modules/**'], sequence: { groupOrder: 0 } } },
      {
        resolve,
        ssr,
        test: {
          name: 'system',
          root: import.meta.dirname,
          include: system.map((pattern) => (pattern.endsWith('**') ? `${pattern}/*.test.ts` : pattern)),
          exclude: [alone],
          sequence: { groupOrder: 1 },
          ...slow,
        },
      },
      { resolve, ssr, test: { name: 'alone', root: import.meta.dirname, include: [alone], sequence: { groupOrder: 2 }, ...slow } },
    ],
  },
});
