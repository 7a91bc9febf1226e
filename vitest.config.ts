import { defineConfig } from 'vitest/config';
import { long, onlyInTheLongRun } from './tests/helpers/long.ts';

/**
 * Four projects, one after the other: what is pure runs in parallel; what starts servers, databases or a browser and waits most of the
 * time, two files at once; what runs the tools for their own sake, two files at once; and what measures runs alone, because whatever
 * else the machine does would stand in the numbers. Files of the first two share the modules of their process: half the time.
 */
const alone = ['tests/real/one-instrument.test.ts', 'tests/real/conformance/load.test.ts'];
/** What else was open in its process stands in what it looks at. */
const isolated = 'tests/run/nothing-left.test.ts';
const tools = ['tests/flow.test.ts', 'tests/real/**/*.test.ts', isolated];
const server = ['graphql', 'migrations', 'run', 'plugin', 'report', 'clouds'].map((folder) => `tests/${folder}/**/*.test.ts`).concat('tests/ui/browser*.test.ts');
const left = long ? [] : onlyInTheLongRun;
const slow = { testTimeout: 120_000, hookTimeout: 120_000 };
/** Servers, databases and browsers share two cores: one that starves is tried once more, and the runner says so. */
const shared = { ...slow, retry: 1 };

/** As Node itself resolves: with vite's own `development` condition there would be two copies of graphql. */
const conditions = ['node', 'import', 'module-sync', 'default'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };
const root = import.meta.dirname;

export default defineConfig({
  test: {
    root,
    projects: [
      { resolve, ssr, test: { name: 'unit', root, isolate: false, include: ['tests/**/*.test.ts'], exclude: [...server, ...tools, '**/node_modules/**'], sequence: { groupOrder: 0 } } },
      { resolve, ssr, test: { name: 'server', root, isolate: false, include: server, exclude: [isolated, ...left], maxWorkers: 2, sequence: { groupOrder: 1 }, ...shared } },
      { resolve, ssr, test: { name: 'tools', root, include: tools, exclude: [...alone, ...left], maxWorkers: 2, sequence: { groupOrder: 2 }, ...shared } },
      { resolve, ssr, test: { name: 'alone', root, include: alone, exclude: left, fileParallelism: false, sequence: { groupOrder: 3 }, ...shared } },
    ],
  },
});
