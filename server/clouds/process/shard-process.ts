/** One shard: this program's own entry for shards, in a process group of its own; what it prints is kept in a file and handed on. */
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endGroup, endWithHome } from '../../process/end.ts';
import { type Exit, start } from '../../process/start.ts';
import type { CloudHost, FleetOrder } from '../cloud.ts';

const ENTRY = fileURLToPath(new URL('../../../plugin/shard.ts', import.meta.url));

const workOf = (folder: string): string => path.join(folder, 'work');
/** HOME of the shard, and of the tool that it starts. */
export const homesOf = (folder: string, runId: string): string[] => [folder, path.join(workOf(folder), runId, 'home')];

export interface ShardProcess {
  readonly shard: number;
  /** Rejects when there is no process. */
  readonly started: Promise<void>;
  /** What it prints, as it comes; ends when nobody holds its output open any more. */
  readonly lines: AsyncIterator<string, undefined>;
  readonly exit: Promise<Exit>;
  /** What it said on standard error last. */
  lastWords(): string;
  /** Bears a second time. */
  end(graceMs: number): Promise<void>;
}

export interface ShardOptions {
  readonly folder: string;
  readonly shard: number;
  readonly order: FleetOrder;
  readonly host: CloudHost;
}

export function startShard({ folder, shard, order, host }: ShardOptions): ShardProcess {
  const env = {
    // Whatever their names are: none of them is a setting.
    ...order.secrets,
    ...definedOf(host.toolPaths),
    PATH: host.searchPath,
    HOME: folder,
    LOAD_TESTING_DATA_DIR: host.dataFolder,
    LOAD_TESTING_STOP_GRACE_MS: String(host.stopGraceMs),
    ...host.shardSettings,
    LOAD_TEST_SHARD_FOLDER: workOf(folder),
    LOAD_TEST_SHARD_INDEX: String(shard),
    LOAD_TEST_TASK_FILE: path.join(folder, 'task'),
  };
  const process = start({ file: globalThis.process.execPath, args: [ENTRY], cwd: folder, env, graceMs: host.stopGraceMs, ownHome: folder });
  const kept = createWriteStream(path.join(folder, 'output'), { mode: 0o600 });
  // No room for it: what is read live is all there is then.
  kept.on('error', (error) => host.log.warn({ err: error, runId: order.runId, shard }, 'what a shard prints could not be kept'));
  process.stdout.pipe(kept);
  let said = '';
  process.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-2000);
  });
  let ended: Promise<void> | null = null;
  const endAll = async () => {
    for (const home of homesOf(folder, order.runId)) await endWithHome(home);
  };
  return {
    shard,
    started: process.pid === null ? process.exit.then(({ failure }) => Promise.reject(Object.assign(new Error(failure ?? 'it could not be started'), { code: 'ENOENT' }))) : Promise.resolve(),
    // Asked for at once: what is printed before somebody listens would else be lost.
    lines: createInterface({ input: process.stdout, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator](),
    exit: process.exit,
    lastWords: () => said.trim().split('\n').at(-1) ?? '',
    end(graceMs) {
      ended ??= process.pid === null ? Promise.resolve() : endGroup(process.pid, graceMs).then(() => endAll());
      return ended;
    },
  };
}

function definedOf(paths: CloudHost['toolPaths']): Record<string, string> {
  return Object.fromEntries(Object.entries(paths).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
