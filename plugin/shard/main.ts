/** What a shard is put together of: the task and the settings of its environment, the tools and the sandbox of its container. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { openSandbox } from '../../server/run/sandbox.ts';
import { runShard } from '../../server/run/shard/run-shard.ts';
import { openTools } from '../../server/tools/tools.ts';
import { frameworks } from '../../templates/index.ts';
import { readShardConfig } from '../config.ts';

/** Throws a sentence. @param stopped aborted when it is asked to end */
export async function main(stopped: AbortSignal): Promise<void> {
  const { index, task, folder, limits, sandbox: mode, dataFolder, searchPath, environment, toolPaths, stopGraceMs, stayMs } = readShardConfig();
  await runShard({
    task: 'text' in task ? task.text : await readFile(task.file, 'utf8'),
    index,
    frameworks,
    tools: openTools({ explicit: toolPaths, toolsFolder: path.join(dataFolder, 'tools'), searchPath }),
    environment,
    stopped,
    runsFolder: folder,
    searchPath,
    stopGraceMs,
    sandbox: await openSandbox({ mode, dataFolder, searchPath }),
    limits,
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (error) => void process.stderr.write(`${inspect(error)}\n`),
  });
  // Also when it was stopped: what it told last is then read just so.
  await delay(stayMs);
}
