/** The one entry of a shard: `node plugin/shard.ts` in a container. Its task comes from the environment; what it measures goes to standard output, what keeps it from running to standard error. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import { openSandbox } from '../server/run/sandbox.ts';
import { runShard } from '../server/run/shard/run-shard.ts';
import { openTools } from '../server/tools/tools.ts';
import { frameworks } from '../templates/index.ts';
import { readShardConfig } from './config.ts';

const complain = (error: unknown) => void process.stderr.write(`${typeof error === 'string' ? error : inspect(error)}\n`);

const stopped = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopped.abort(new Error(`Stopped by ${signal}.`)));
// Nobody reads it any more: whoever ordered this load is gone.
process.stdout.on('error', () => stopped.abort(new Error('Nobody reads what this shard measures any more.')));

try {
  const config = readShardConfig();
  const { dataFolder, searchPath, environment, toolPaths } = config;
  await runShard({
    task: 'text' in config.task ? config.task.text : await readFile(config.task.file, 'utf8'),
    index: config.index,
    frameworks,
    tools: openTools({ explicit: toolPaths, toolsFolder: path.join(dataFolder, 'tools'), searchPath }),
    environment,
    stopped: stopped.signal,
    runsFolder: config.folder,
    searchPath,
    stopGraceMs: config.stopGraceMs,
    sandbox: await openSandbox({ mode: config.sandbox, dataFolder, searchPath }),
    limits: config.limits,
    print: (line) => void process.stdout.write(`${line}\n`),
    complain,
  });
} catch (error) {
  complain(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
