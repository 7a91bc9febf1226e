/** Files that somebody brought and has not imported yet: bounded, each of its organization, gone after an hour. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../../refusal.ts';

export interface Upload {
  readonly path: string;
  /** SHA-256 of what came, hex. */
  readonly hash: string;
}

/** Waiting files of an organization: beyond them the oldest makes room. */
const MOST_OF_ONE = 10;
const KEPT_MS = 60 * 60 * 1000;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class Uploads {
  readonly maxBytes: number;
  readonly #folder: string;

  constructor({ folder, maxBytes }: { readonly folder: string; readonly maxBytes: number }) {
    this.#folder = folder;
    this.maxBytes = maxBytes;
  }

  /** Whatever was left behind. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @returns the id by which it can be imported. Refused when it is too large; then nothing of it is kept. */
  async receive(stream: AsyncIterable<Buffer>, organizationId: string): Promise<string> {
    const folder = this.#of(organizationId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.#makeRoom(folder);
    const id = randomUUID();
    const partial = path.join(folder, `${id}.partial`);
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        hash.update(chunk);
        done(bytes > this.maxBytes ? tooLarge(this.maxBytes) : null, chunk);
      },
    });
    try {
      await pipeline(stream, counted, createWriteStream(partial, { mode: 0o600 }));
      await writeFile(path.join(folder, `${id}.hash`), hash.digest('hex'), { mode: 0o600 });
      await rename(partial, path.join(folder, id));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    return id;
  }

  /** null: there is none of this id, or not any more. */
  async find(organizationId: string, id: string): Promise<Upload | null> {
    if (!ID.test(id)) return null;
    const file = path.join(this.#of(organizationId), id);
    try {
      return (await isOld(file)) ? null : { path: file, hash: await readFile(`${file}.hash`, 'utf8') };
    } catch {
      return null;
    }
  }

  async remove({ path: file }: Pick<Upload, 'path'>): Promise<void> {
    await Promise.all([file, `${file}.hash`].map((each) => rm(each, { force: true })));
  }

  /** No name of an organization is a path. */
  #of(organizationId: string): string {
    return path.join(this.#folder, createHash('sha256').update(organizationId).digest('hex'));
  }

  async #makeRoom(folder: string): Promise<void> {
    const files = (await readdir(folder)).filter((name) => ID.test(name)).map((name) => path.join(folder, name));
    const aged = await Promise.all(files.map(async (file) => ({ path: file, at: (await stat(file).catch(() => null))?.mtimeMs ?? 0 })));
    const newest = aged.toSorted((a, b) => b.at - a.at);
    for (const [i, file] of newest.entries()) if (i >= MOST_OF_ONE - 1 || Date.now() - file.at > KEPT_MS) await this.remove(file);
  }
}

export function tooLarge(maxBytes: number): Refusal {
  return new Refusal('limit_exceeded', `Results can be ${Math.floor(maxBytes / 1e6)} MB at most here: pack them with gzip, or leave parts of them out.`);
}

async function isOld(file: string): Promise<boolean> {
  return Date.now() - (await stat(file)).mtimeMs > KEPT_MS;
}
