/** The files that a pipeline takes from here. Those of an earlier run are gone before anything is done. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Refusal } from '../../server/refusal.ts';
import { junitOfNothing } from '../../server/report/junit.ts';
import { summaryOf } from './summary.ts';

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

  /** Throws a Refusal where there can be no such folder. */
  static async empty(folder: string): Promise<Results> {
    try {
      await makeFolder(folder);
      for (const name of ['verdict.json', 'junit.xml', 'summary.md', 'samples.ndjson', 'samples.ndjson.gz']) await rm(path.join(folder, name), { force: true });
    } catch (error) {
      throw new Refusal('invalid_input', `--out: ${folder} cannot be a folder for results (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`);
    }
    return new Results(folder);
  }

  /** Of what was not run: a pipeline that reads one of these files finds no green one. */
  async writeNothing(title: string, sentences: readonly string[], exitCode: number): Promise<void> {
    await this.write('verdict.json', `${JSON.stringify({ verdict: null, exitCode, title, notes: sentences, run: null, server: null, baseline: null, comparison: null }, null, 2)}\n`);
    await this.write('junit.xml', junitOfNothing(title, sentences));
    await this.write('summary.md', summaryOf({ title, tool: '', run: null, capacity: null, comparison: null, baseline: null, notes: sentences }));
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

/** One by one: Node's own recursive mkdir never returns where the system makes none, as below /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || (await stat(path.dirname(folder)).catch(() => null)) !== null) throw error;
    await makeFolder(path.dirname(folder));
    await mkdir(folder);
  }
}
