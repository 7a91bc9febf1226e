/**
 * A lock file beside the embedded database: the pid and start time of its holder, and where these mean anything (host and pid namespace:
 * two containers may share a volume). A dead holder's lock is taken over; from elsewhere a holder lives as long as it touches its lock.
 */
import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { link, open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { processOf } from '../process/group.ts';
import { isTouched, keepTouched, touch } from './lock-touch.ts';

/** Taking over takes milliseconds; a claim to it that is older was left by a process that died just then. */
const TAKE_OVER_MS = 5000;
const RETRY_MS = 20;

export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = `${folder}.lock`;
  const mine = `${process.pid} ${processOf(process.pid)?.startTicks ?? 0} ${randomUUID()} ${here()}`;
  // Written aside and linked: so nobody ever reads a lock whose holder does not stand in it yet.
  const draft = `${file}.${randomUUID()}`;
  const lock = await open(draft, 'wx');
  try {
    await lock.writeFile(mine);
    // It is not old when it is taken, however long the one before it was waited for.
    const taken = () => touch(lock).then(() => linked(draft, file));
    while (!(await taken())) {
      const held = await textOf(file);
      if (held === null) continue;
      if (isFromHere(held) ? holderLives(held) : await isTouched(file)) throw new Error(`Another server uses ${folder}. Stop it, or set LOAD_TESTING_DATA_DIR to another folder.`);
      await removeStale(file, held, draft);
    }
  } catch (error) {
    await lock.close();
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const stopTouching = keepTouched(lock);
  return async () => {
    await stopTouching();
    await lock.close();
    await release(file, mine);
  };
}

/** One at a time, or the second one would remove the lock that the first one has taken by then. */
async function removeStale(file: string, held: string, draft: string): Promise<void> {
  const claim = `${file}.claim`;
  if (!(await linked(draft, claim))) {
    const since = await stat(claim).then(({ ctimeMs }) => ctimeMs, () => Date.now());
    if (Date.now() - since > TAKE_OVER_MS) await rm(claim, { force: true });
    await delay(RETRY_MS);
    return;
  }
  try {
    if ((await textOf(file)) === held) await rm(file, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
}

async function release(file: string, mine: string): Promise<void> {
  if ((await textOf(file)) === mine) await rm(file, { force: true });
}

/** Where a pid is that pid. */
function here(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return `${hostname()} -`; // no Linux
  }
}

/** One without a place was left by an earlier version. */
function isFromHere(held: string): boolean {
  const place = held.split(' ').slice(3).join(' ');
  return place === '' || place === here();
}

/** false: there is such a file already. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function holderLives(held: string): boolean {
  const [pid, startTicks] = held.split(' ').map(Number);
  if (!pid) return false;
  const holder = processOf(pid);
  if (holder) return holder.startTicks === startTicks;
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // not ours to signal, but there
  }
}
