/** The data folder is there, and can be written, before anything is put into it. A wrong one stops the start with the name of its variable. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import path from 'node:path';

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a part of it is a file',
  EACCES: 'this user may not write there',
  EPERM: 'nobody may write there',
  EROFS: 'it is on a disk that is read only',
  ENOSPC: 'there is no room',
};

/** Throws one sentence. */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    await make(folder);
    await rmdir(await mkdtemp(path.join(folder, '.writable-')));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(`LOAD_TESTING_DATA_DIR: ${folder} cannot be used: ${WHY[code] ?? message}.`, { cause: error });
  }
}

/** One after the other: Node's `recursive` never comes to an end where a folder is there and takes none (`/proc`). */
async function make(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await make(path.dirname(folder));
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Another server was first.
    if (error.code !== 'EEXIST') throw error;
  });
}
