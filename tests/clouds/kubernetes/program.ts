/** A program of the cluster: started with its output in a file, ended by its id; it ends with this process too. */
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { endGroup } from '../../../server/process/end.ts';
import { start } from '../../../server/process/start.ts';

export interface Program extends AsyncDisposable {
  /** Throws what it said last when it has ended: nobody is to wait for it any longer. */
  expectAlive(): Promise<void>;
}

const GRACE_MS = 10_000;

export function startProgram(file: string, args: readonly string[], folder: string): Program {
  const log = path.join(folder, `${path.basename(file)}.log`);
  const { pid, stdout, stderr, exit, closed } = start({ file, args, cwd: folder, env: {}, graceMs: 1000 });
  stdout.resume();
  const written = pipeline(stderr, createWriteStream(log)).catch(() => {}); // the folder may be gone by then
  let ended = false;
  void exit.then(() => { ended = true; });
  return {
    async expectAlive() {
      if (ended) throw new Error(`${path.basename(file)} ended: ${(await readFile(log, 'utf8')).slice(-2000)}`);
    },
    async [Symbol.asyncDispose]() {
      if (pid !== null) await endGroup(pid, GRACE_MS);
      await Promise.all([closed, written]);
    },
  };
}
