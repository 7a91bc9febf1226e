/**
 * The check before a run that Artillery itself does not make: `node check-script.ts loadtest.yml`, in the bundle's folder.
 * Prints `loadtest.yml:12: message` for each problem, on standard error, and exits 1 when there is one. What is wrong with the
 * processor, Node says itself, with file and line.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { problemsOf } from './problems.ts';

const [entryFile = ''] = process.argv.slice(2);
const processor: object = await import(pathToFileURL(path.resolve('processor.mjs')).href);
const problems = problemsOf(readFileSync(entryFile, 'utf8'), Object.keys(processor));
for (const { line, message } of problems) process.stderr.write(`${entryFile}:${line}: ${message}\n`);
process.exit(problems.length > 0 ? 1 : 0);
