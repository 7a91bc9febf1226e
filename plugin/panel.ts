/** Builds the panel when its sources are not those of the last build: once for a user, after each change for a developer. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PANEL_FOLDER } from '../server/http.ts';
import { runToEnd } from '../server/process/run-to-end.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const MARKER = '.built-from';

/** null: it is built; else a sentence why not. A server that is started at the same time builds beside this one, and what is there is always whole. */
export async function preparePanel(environment: Readonly<Record<string, string>>, report: (line: string) => void, folder = PANEL_FOLDER): Promise<string | null> {
  const sources = await hashOfSources();
  if (await isBuiltFrom(folder, sources)) return null;
  report('The panel is built (once)');
  const work = path.join(root, 'ui/.svelte-kit');
  await mkdir(work, { recursive: true });
  const fresh = await mkdtemp(path.join(work, 'build-'));
  try {
    const vite = path.join(root, 'node_modules/vite/bin/vite.js');
    const build = await runToEnd({ file: process.execPath, args: [vite, 'build', '--logLevel', 'error'], cwd: root, env: { ...environment, PANEL_BUILD_FOLDER: fresh }, timeoutMs: 300_000 });
    if (build.code !== 0) return `The panel could not be built (npm run build says more): ${build.failure ?? firstLines(build.stderr || build.stdout)}`;
    await writeFile(path.join(fresh, 'panel', MARKER), sources);
    await putInPlace(folder, fresh, sources);
    return null;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

const isBuiltFrom = async (folder: string, sources: string) => (await readFile(path.join(folder, MARKER), 'utf8').catch(() => '')) === sources;

/** Whoever comes later leaves what is there. */
async function putInPlace(folder: string, fresh: string, sources: string): Promise<void> {
  while (!(await isBuiltFrom(folder, sources))) {
    await rename(folder, path.join(fresh, `before-${randomUUID()}`)).catch(unless('ENOENT'));
    await rename(path.join(fresh, 'panel'), folder).catch(unless('ENOTEMPTY', 'EEXIST'));
  }
}

const unless = (...codes: readonly string[]) => (error: NodeJS.ErrnoException) => {
  if (!codes.includes(error.code ?? '')) throw error;
};

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
  for (const file of [...paths, ...shared.flat(), 'vite.config.ts', 'package-lock.json', 'server/script/plan.ts', 'server/script/presets.ts', 'server/script/load.ts', 'server/script/needed.ts', 'server/script/polling.ts', 'server/script/folder-name.ts', 'server/script/least-samples.ts', 'server/samples/outcome-words.ts'].sort()) {
    hash.update(file);
    hash.update(await readFile(path.join(root, file)));
  }
  return hash.digest('hex');
}
