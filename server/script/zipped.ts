/** A bundle as a zip, made while it is sent: the same bytes each time for the same script. */
import { setImmediate } from 'node:timers/promises';
import { Zip, ZipDeflate } from 'fflate';
import { folderName } from './folder-name.ts';
import type { Script } from './generate.ts';

/** Zip has no time zone: a fixed local date, so that the same script gives the same file. */
const FIXED_DATE = new Date(2000, 0, 1);
/** A definition may have megabytes: others have their turn in between. */
const AT_ONCE = 256 * 1024;

export async function* zipped(script: Pick<Script, 'framework' | 'hash' | 'files'>): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    made.push(chunk);
  });
  for (const { path, text } of script.files) {
    const file = new ZipDeflate(`${folderName(script)}/${path}`, { level: 6 });
    file.mtime = FIXED_DATE;
    zip.add(file);
    const bytes = Buffer.from(text);
    for (let from = 0; from === 0 || from < bytes.length; from += AT_ONCE) {
      file.push(bytes.subarray(from, from + AT_ONCE), from + AT_ONCE >= bytes.length);
      yield* made.splice(0);
      await setImmediate();
    }
  }
  zip.end();
  yield* made.splice(0);
}
