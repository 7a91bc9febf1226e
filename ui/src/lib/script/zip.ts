/** The bundle as a zip, made in the browser: the same bytes each time for the same script. */
import type { Zippable } from 'fflate';
import { folderName, type Script } from './bundle.ts';

/** Zip has no time zone: a fixed local date, so that the same script gives the same file. */
const FIXED_DATE = new Date(2000, 0, 1);

export async function zipOf(script: Script): Promise<Uint8Array<ArrayBuffer>> {
  const { zip, strToU8 } = await import('fflate');
  const files: Zippable = {};
  for (const file of script.files) files[`${folderName(script)}/${file.path}`] = [strToU8(file.text), { mtime: FIXED_DATE }];
  return new Promise((done, failed) => zip(files, { level: 6 }, (error, data) => (error ? failed(error) : done(data as Uint8Array<ArrayBuffer>))));
}
