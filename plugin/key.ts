/**
 * The encryption key: from the environment; else one that is made once and kept beside the embedded database, readable by
 * its owner only. So definitions are never stored in clear text, also where nobody configured anything.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

export async function encryptionKeys(configured: readonly Buffer[] | null, dataFolder: string): Promise<readonly Buffer[]> {
  if (configured) return configured;
  const file = path.join(dataFolder, 'encryption.key');
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (kept !== null) {
    const key = Buffer.from(kept.trim(), 'base64');
    if (key.length !== 32) throw new Error(`${file} does not hold a key of 32 bytes; definitions that were stored with it cannot be read.`);
    return [key];
  }
  const key = randomBytes(32);
  await mkdir(dataFolder, { recursive: true });
  await writeFile(file, `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return [key];
}
