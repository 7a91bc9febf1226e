/** A lock file beside the embedded database: the pid and start time of its holder. A dead holder's lock is taken over. */
import { open, readFile, rm } from 'node:fs/promises';
import { processOf } from '../process/group.ts';

export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = `${folder}.lock`;
  const mine = `${process.pid} ${processOf(process.pid)?.startTicks ?? 0}`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(mine);
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (await holderLives(file)) throw new Error(`Another server uses ${folder}. Stop it, or set LOAD_TESTING_DATA_DIR to another folder.`);
      await rm(file, { force: true });
    }
  }
  throw new Error(`The lock ${file} could not be taken.`);
}

async function holderLives(file: string): Promise<boolean> {
  const [pid, startTicks] = (await readFile(file, 'utf8').catch(() => '')).split(' ').map(Number);
  if (!pid) return false;
  const holder = processOf(pid);
  if (holder) return holder.startTicks === startTicks;
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
