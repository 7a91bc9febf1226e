/** A certificate that is signed by itself, for one address. Needs openssl. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const openssl = spawnSync('openssl', ['version']).status === 0;

export async function certificate(address: string): Promise<{ key: string; cert: string; file: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'certificate-'));
  const [key, file] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=demo'];
  execFileSync('openssl', [...make, '-keyout', key, '-out', file, '-addext', `subjectAltName=IP:${address}`], { stdio: 'ignore' });
  return { key: await readFile(key, 'utf8'), cert: await readFile(file, 'utf8'), file };
}
