/** `npm run test:long`: the suite of all frameworks, and the files that ask `helpers/long.ts` how much they are to do: now they do all of it. About half an hour. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { onlyInTheLongRun } from './helpers/long.ts';

const root = path.join(import.meta.dirname, '..');
const files = globSync('tests/**/*.test.ts', { cwd: root }).filter((file) => file.startsWith('tests/real/conformance/') || onlyInTheLongRun.includes(file) || readFileSync(path.join(root, file), 'utf8').includes("helpers/long.ts'"));

process.env['LOAD_TEST_LONG'] = '1';
process.argv.push(...files);
await import('./run.ts');
