/** Builds the panel when its sources are not those of the last build: once for a user, after each change for a developer. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PANEL_FOLDER } from '../server/http.ts';
import { runToEnd } from '../server/process/run-to-end.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const marker = path.join(PANEL_FOLDER, '.built-from');

/** null: it is built; else a sentence why not. */
export async function preparePanel(environment: Readonly<Record<string, string>>, report: (line: string) => void): Promise<string | null> {
  const sources = await hashOfSources();
  if ((await readFile(marker, 'utf8').catch(() => '')) === sources) return null;
  report('The panel is built (once)');
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  const build = await runToEnd({ file: process.execPath, args: [vite, 'build', '--logLevel', 'error'], cwd: root, env: environment, timeoutMs: 300_000 });
  if (build.code !== 0) return `The panel could not be built (npm run build says more): ${build.failure ?? firstLines(build.stderr || build.stdout)}`;
  await writeFile(marker, sources);
  return null;
}

function firstLines(text: string): string {
  return text.trim().split('\n').slice(0, 4).join('\n');
}

async function filesIn(folder: string): Promise<string[]> {
  const files = await readdir(path.join(root, folder), { withFileTypes: true });
  return files.filter((file) => file.isFile()).map(({ name }) => `${folder}/${name}`);
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const files = await readdir(path.join(root, 'ui/src'), { recursive: true, withFileTypes: true });
  const paths = files.filter((f) => f.isFile()).map((f) => path.relative(root, path.join(f.parentPath, f.name)));
  // What it takes from the server, and what that imports.
  const shared = await Promise.all(['server/script/plan', 'server/inputs', 'server/workflow'].map((folder) => filesIn(folder)));
  for (const file of [...paths, ...shared.flat(), 'vite.config.ts', 'package-lock.json', 'server/script/plan.ts', 'server/script/presets.ts', 'server/script/load.ts'].sort()) {
    hash.update(file);
    hash.update(await readFile(path.join(root, file)));
  }
  return hash.digest('hex');
}
