/** What imports share: the files that wait for one, and whose turn it is. */
import path from 'node:path';
import PQueue from 'p-queue';
import { Uploads } from './uploads.ts';

export interface Imports {
  readonly uploads: Uploads;
  readonly turns: PQueue;
}

export async function openImports({ dataFolder, maxBytes }: { readonly dataFolder: string; readonly maxBytes: number }): Promise<Imports> {
  const uploads = new Uploads({ folder: path.join(dataFolder, 'uploads'), maxBytes });
  await uploads.clear();
  // Each takes a core for as long as it is read.
  return { uploads, turns: new PQueue({ concurrency: 1 }) };
}
