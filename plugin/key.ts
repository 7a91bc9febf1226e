/**
 * The encryption key: from the environment; else one that is made once and kept beside the embedded database, readable by
 * its owner only. So definitions are never stored in clear text, also where nobody configured anything.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export async function encryptionKeys(configured: readonly Buffer[] | null, dataFolder: string): Promise<readonly Buffer[]> {
  if (configured) return configured;
  const file = path.join(dataFolder, 'encryption.key');
  const kept = await keyIn(file);
  if (kept) return [kept];
  await mkdir(dataFolder, { recursive: true });
  // Written aside and linked: of two servers that start at once, both read the key of the one that was first, and never half a key.
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const made = await keyIn(file);
  if (!made) throw new Error(`${file} could not be made.`);
  return [made];
}

/** null: there is no such file. */
async function keyIn(file: string): Promise<Buffer | null> {
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (kept === null) return null;
  const key = Buffer.from(kept.trim(), 'base64');
  if (key.length !== 32) throw new Error(`${file} does not hold a key of 32 bytes; definitions that were stored with it cannot be read.`);
  return key;
}
