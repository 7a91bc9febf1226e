/** The private folder of a run: the bundle, an own HOME and TMPDIR, and an environment in which only named variables stand. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Script } from '../script/generate.ts';

export interface RunFolder {
  /** The one folder that the run may write to. */
  readonly base: string;
  /** Holds the bundle's files; the working directory of the tool. */
  readonly path: string;
  readonly fifo: string;
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

export const runFolderOf = (root: string, runId: string): string => path.join(root, runId);
/** HOME of everything that the run starts, and of nothing else. */
export const homeOf = (runFolder: string): string => path.join(runFolder, 'home');

export async function openRunFolder(root: string, runId: string, script: Pick<Script, 'files'>, searchPath: string): Promise<RunFolder> {
  const base = runFolderOf(root, runId);
  const remove = () => rm(base, { recursive: true, force: true, maxRetries: 3 });
  const [bundle, home, tmp] = [path.join(base, 'bundle'), homeOf(base), path.join(base, 'tmp')];
  try {
    for (const folder of [bundle, home, tmp]) await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const file of script.files) {
      const target = path.join(bundle, file.path);
      if (!target.startsWith(bundle + path.sep)) throw new Error(`a bundle's file must stay in its folder: ${file.path}`);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, file.text, { mode: 0o600 });
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    base,
    path: bundle,
    fifo: path.join(base, 'samples.fifo'),
    environment: { PATH: searchPath, HOME: home, TMPDIR: tmp, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    remove,
  };
}
