/** What a run may take of this machine while it runs, looked at once a second: memory, what it prints, what it writes. */
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { membersOf } from '../process/group.ts';
import { numeral } from '../words/numeral.ts';

export interface MachineLimits {
  /** Of the process group together. */
  readonly maxMemoryBytes: number;
  /** Of standard output and standard error together. */
  readonly maxOutputBytes: number;
  /** Of the run's folder. */
  readonly maxFolderBytes: number;
}

export interface Watched {
  readonly toolName: string;
  readonly group: number;
  readonly folder: string;
  printedBytes(): number;
  /** Called once, with a sentence. */
  onReached(message: string): void;
  /** It could not be looked at. */
  onTrouble(error: unknown): void;
}

const EVERY_MS = 1000;

export function watchLimits(limits: MachineLimits, { toolName, group, folder, printedBytes, onReached, onTrouble }: Watched): Disposable {
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    const message = await reached().catch((error: unknown) => {
      onTrouble(error);
      return null;
    });
    looking = false;
    if (message === null) return;
    clearInterval(timer);
    onReached(message);
  }, EVERY_MS);

  async function reached(): Promise<string | null> {
    const sentence = (what: string, bytes: number, most: number, variable: string) =>
      bytes > most ? `The load was ended: ${toolName} ${what} ${megabytes(bytes)}, and ${megabytes(most)} are allowed here (${variable}).` : null;
    const memory = (membersOf(group) ?? []).reduce((sum, member) => sum + member.memoryBytes, 0);
    return (
      sentence('used a memory of', memory, limits.maxMemoryBytes, 'LOAD_TESTING_MAX_MEMORY_MB') ??
      sentence('printed', printedBytes(), limits.maxOutputBytes, 'LOAD_TESTING_MAX_OUTPUT_MB') ??
      sentence('wrote files of', await sizeOf(folder, limits.maxFolderBytes), limits.maxFolderBytes, 'LOAD_TESTING_MAX_FOLDER_MB')
    );
  }

  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const megabytes = (bytes: number): string => `${numeral(bytes / 1_000_000, 1)} MB`;

/** Bytes of the files below a folder; stops counting above `enough`. What vanishes meanwhile has no size. */
async function sizeOf(folder: string, enough: number): Promise<number> {
  let bytes = 0;
  try {
    for await (const entry of await opendir(folder, { recursive: true })) {
      if (!entry.isFile()) continue;
      bytes += await stat(path.join(entry.parentPath, entry.name)).then(({ size }) => size, () => 0);
      if (bytes > enough) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return bytes;
}
