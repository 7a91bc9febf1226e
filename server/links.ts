/** Links to files of a run: relative, for minutes, and nobody can make one but this server, because they are sealed. */
import type { Cipher } from './db/cipher.ts';

/** Baked into the panel when it is built. */
export const BASE = '/plugins/load-testing';
export const FILES = `${BASE}/files/`;
/** Where results are brought. */
export const IMPORTS = `${BASE}/imports`;
const VALID_MS = 10 * 60 * 1000;

export interface LinkedFile {
  readonly organizationId: string;
  readonly runId: string;
  readonly file: 'log.txt' | 'script.zip' | 'report.html' | 'junit.xml' | 'intervals.csv' | 'run.json';
  /** Under which it is saved. */
  readonly name: string;
  /** Of what was tested. */
  readonly title: string;
}

export function linkTo(cipher: Cipher, file: LinkedFile, now = Date.now()): string {
  const sealed = cipher.seal(JSON.stringify({ ...file, until: now + VALID_MS }));
  return `${FILES}${Buffer.from(sealed).toString('base64url')}/${file.file}`;
}

/** What a path links to; null: it is no such link, was changed, or is too old. */
export function linkedBy(cipher: Cipher, path: string, now = Date.now()): LinkedFile | null {
  if (!path.startsWith(FILES)) return null;
  const [token = ''] = path.slice(FILES.length).split('/');
  let link: LinkedFile & { readonly until: number };
  try {
    link = JSON.parse(cipher.open(Buffer.from(token, 'base64url').toString()));
  } catch {
    return null;
  }
  return link.until > now ? link : null;
}
