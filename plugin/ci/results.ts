/** The files that a pipeline takes from here. Those of an earlier run are gone before the load begins. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export class Results {
  readonly folder: string;
  /** Sample lines while they are written. */
  readonly samples: string;
  /** The same, packed: can be brought to a server later, too. */
  readonly packed: string;

  constructor(folder: string) {
    this.folder = folder;
    this.samples = path.join(folder, 'samples.ndjson');
    this.packed = `${this.samples}.gz`;
  }

  async clear(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    for (const name of ['verdict.json', 'junit.xml', 'summary.md', 'samples.ndjson', 'samples.ndjson.gz']) await rm(path.join(this.folder, name), { force: true });
  }

  /** false: no line was written. */
  async pack(): Promise<boolean> {
    const bytes = (await stat(this.samples).catch(() => null))?.size ?? 0;
    if (bytes > 0) await pipeline(createReadStream(this.samples), createGzip(), createWriteStream(this.packed));
    await rm(this.samples, { force: true });
    return bytes > 0;
  }

  async write(name: 'verdict.json' | 'junit.xml' | 'summary.md', text: string): Promise<void> {
    await writeFile(path.join(this.folder, name), text);
  }
}
