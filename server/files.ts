/** Files that a signed link leads to. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Services } from './context.ts';
import { globalId } from './graphql/ids.ts';
import { type LinkedFile, linkedBy } from './links.ts';
import { PAGE_POLICY } from './report/html.ts';
import { written } from './report/written.ts';
import { logFrom } from './run/log/store.ts';
import { findRun, scriptOf } from './run/store.ts';
import { zipped } from './script/zipped.ts';

const TYPES: Readonly<Record<LinkedFile['file'], string>> = {
  'log.txt': 'text/plain; charset=utf-8',
  'script.zip': 'application/zip',
  'report.html': 'text/html; charset=utf-8',
  'junit.xml': 'application/xml; charset=utf-8',
  'intervals.csv': 'text/csv; charset=utf-8; header=present',
  'run.json': 'application/json; charset=utf-8',
};

/** false: the path is no link of ours, was changed, or is too old; or the run is gone. */
export async function serveFile(path: string, res: ServerResponse, services: Services): Promise<boolean> {
  const link = linkedBy(services.cipher, path);
  const parts = link && (await partsOf(link, services));
  if (!parts) return false;
  // What cannot be read is said while there is still an answer to say it in.
  const first = await parts.next();
  res.writeHead(200, headersOf(link));
  await pipeline(Readable.from(from(first, parts)), res).catch((error: NodeJS.ErrnoException) => {
    // Nobody waits for the rest.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
  return true;
}

async function partsOf(link: LinkedFile, services: Services): Promise<AsyncGenerator<string | Uint8Array> | null> {
  const { organizationId, runId, file, title } = link;
  const run = await findRun(services.db, services.cipher, organizationId, runId);
  if (!run) return null;
  if (file === 'script.zip') {
    const script = await scriptOf(services.db, services.cipher, organizationId, runId);
    return script && zipped(script);
  }
  return file === 'log.txt' ? log(link, services) : written(services, run, { file, title, id: globalId('LoadTestRun', runId) });
}

async function* log({ organizationId, runId }: LinkedFile, { db }: Services): AsyncGenerator<string> {
  const lines = await logFrom(db, organizationId, runId, 0);
  yield lines.map((line) => `${line}\n`).join('');
}

async function* from<Part>(first: IteratorResult<Part>, rest: AsyncGenerator<Part>): AsyncGenerator<Part> {
  if (!first.done) yield first.value;
  yield* rest;
}

function headersOf({ file, name }: LinkedFile): OutgoingHttpHeaders {
  const isShown = file === 'report.html';
  return {
    'content-type': TYPES[file],
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename="${name}"`,
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(isShown ? { 'content-security-policy': PAGE_POLICY } : {}),
  };
}
