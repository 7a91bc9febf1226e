/** Files that a signed link leads to. */
import type { ServerResponse } from 'node:http';
import type { Services } from './context.ts';
import { linkedBy } from './links.ts';
import { logFrom } from './run/log/store.ts';

/** false: the path is no link of ours, was changed, or is too old. */
export async function serveFile(path: string, res: ServerResponse, { db, cipher }: Services): Promise<boolean> {
  const link = linkedBy(cipher, path);
  if (!link) return false;
  const lines = await logFrom(db, link.organizationId, link.runId, 0);
  res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-disposition': `attachment; filename="${link.name}"`, 'cache-control': 'private, no-store' });
  res.end(lines.map((line) => `${line}\n`).join(''));
  return true;
}
