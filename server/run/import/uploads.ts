/** Files that somebody brought and has not imported yet: bounded, each of its organization, gone after an hour. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../../refusal.ts';

/** Files of an organization that wait, beyond which the oldest makes room; and of those that come at once. */
const MOST_OF_ONE = 10;
const KEPT_MS = 60 * 60 * 1000;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class Uploads {
  readonly maxBytes: number;
  readonly #folder: string;
  /** By the folder of an organization: how many are coming. */
  readonly #coming = new Map<string, number>();

  constructor({ folder, maxBytes }: { readonly folder: string; readonly maxBytes: number }) {
    this.#folder = folder;
    this.maxBytes = maxBytes;
  }

  /** Whatever was left behind. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @returns the id by which it can be imported. Refused when it is too large, or one too many; then nothing of it is kept. */
  async receive(stream: AsyncIterable<Buffer>, organizationId: string): Promise<string> {
    const folder = this.#of(organizationId);
    const coming = this.#coming.get(folder) ?? 0;
    if (coming >= MOST_OF_ONE) throw new Refusal('limit_exceeded', `${MOST_OF_ONE} files of your organization are on their way here already: bring this one after them.`);
    this.#coming.set(folder, coming + 1);
    try {
      return await this.#receive(stream, folder);
    } finally {
      this.#coming.set(folder, (this.#coming.get(folder) ?? 1) - 1);
    }
  }

  async #receive(stream: AsyncIterable<Buffer>, folder: string): Promise<string> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.#keepNewest(folder, MOST_OF_ONE - 1);
    const id = randomUUID();
    const partial = path.join(folder, `${id}.partial`);
    let bytes = 0;
    const counted = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        done(bytes > this.maxBytes ? tooLarge(this.maxBytes) : null, chunk);
      },
    });
    try {
      await pipeline(stream, counted, createWriteStream(partial, { mode: 0o600 }));
      await rename(partial, path.join(folder, id));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    // Others may have come meanwhile.
    await this.#keepNewest(folder, MOST_OF_ONE);
    return id;
  }

  /** Its path; null: there is none of this id, or not any more. */
  async find(organizationId: string, id: string): Promise<string | null> {
    if (!ID.test(id)) return null;
    const file = path.join(this.#of(organizationId), id);
    return (await ageOf(file)) < KEPT_MS ? file : null;
  }

  /** No name of an organization is a path. */
  #of(organizationId: string): string {
    return path.join(this.#folder, createHash('sha256').update(organizationId).digest('hex'));
  }

  async #keepNewest(folder: string, most: number): Promise<void> {
    const files = (await readdir(folder)).filter((name) => ID.test(name)).map((name) => path.join(folder, name));
    const aged = await Promise.all(files.map(async (file) => ({ file, age: await ageOf(file) })));
    const newest = aged.toSorted((a, b) => a.age - b.age);
    for (const [i, { file, age }] of newest.entries()) if (i >= most || age >= KEPT_MS) await rm(file, { force: true });
  }
}

export function tooLarge(maxBytes: number): Refusal {
  return new Refusal('limit_exceeded', `Results can be ${Math.floor(maxBytes / 1e6)} MB at most here: pack them with gzip, or leave parts of them out.`);
}

/** Milliseconds; of what is not there endless. */
async function ageOf(file: string): Promise<number> {
  return Date.now() - ((await stat(file).catch(() => null))?.mtimeMs ?? Number.NEGATIVE_INFINITY);
}
