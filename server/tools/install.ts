/**
 * Installs a tool from the lock file in its framework's `tool/` folder into a private folder: a Python environment or an
 * npm folder. Once: a marker with the hash of what was asked for says that it is complete, so a broken or older one is made anew.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Framework, Tool } from '../../templates/framework.ts';
import { type RunResult, runToEnd } from '../process/run-to-end.ts';

export interface InstallOptions {
  readonly toolsFolder: string;
  /** Whole environment of the user's shell: registries, proxies and certificates of pip and npm are configured there. */
  readonly environment: Readonly<Record<string, string>>;
  /** Called once when there is something to do. */
  readonly onStart: (what: string) => void;
  /** Ends it at once; half of it is made anew the next time. */
  readonly signal?: AbortSignal;
}

type Install = NonNullable<Tool['install']>;

/** null: installed (now or before), or nothing to install; else a sentence why not. */
export async function installTool({ key, name, tool }: Framework, options: InstallOptions): Promise<string | null> {
  return tool.install && installFrom(new URL(`../../templates/${key}/tool/`, import.meta.url), tool.install, key, name, options);
}

/** `source`: the folder with the lock file. `key`: name of its folder under `toolsFolder`. */
export async function installFrom(source: URL, install: Install, key: string, name: string, options: InstallOptions): Promise<string | null> {
  const hash = createHash('sha256');
  for (const file of filesOf(install)) hash.update(await readFile(new URL(file, source)));
  const installed = hash.digest('hex');
  const folder = path.join(options.toolsFolder, key);
  const marker = path.join(folder, '.installed');
  if ((await readFile(marker, 'utf8').catch(() => '')) === installed) return null;

  options.onStart(`${name} is installed into ${folder} (once)`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const problem = install.kind === 'python' ? await installPython(install, source, folder, options) : await installNpm(install, source, folder, options);
  if (problem === null) await writeFile(marker, installed);
  return problem;
}

/** Files of the framework's `tool/` folder that say what is installed. */
function filesOf(install: Install): readonly string[] {
  return install.kind === 'python' ? [install.requirements] : ['package.json', 'package-lock.json', ...(install.afterwards ? [install.afterwards] : [])];
}

const TEN_MINUTES = 600_000;

async function installPython(install: Extract<Install, { kind: 'python' }>, source: URL, folder: string, { environment, signal }: InstallOptions): Promise<string | null> {
  const run = (file: string, args: readonly string[]) => runToEnd({ file, args, cwd: folder, env: environment, timeoutMs: TEN_MINUTES, ...(signal ? { signal } : {}) });
  const version = await run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2]); sys.exit(sys.version_info < (3, 11))']);
  if (version.code === null) return 'Python 3.11 or newer is needed and no python3 was found.';
  if (version.code !== 0) return `Python 3.11 or newer is needed; python3 is ${version.stdout.trim()}.`;
  const made = await run('python3', ['-m', 'venv', folder]);
  if (made.code !== 0) return failed('python3 -m venv', made);
  const requirements = path.join(folder, install.requirements);
  await copyFile(new URL(install.requirements, source), requirements);
  const pip = await run(path.join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', requirements]);
  return pip.code === 0 ? null : failed('pip install', pip);
}

async function installNpm(install: Extract<Install, { kind: 'npm' }>, source: URL, folder: string, { environment, signal }: InstallOptions): Promise<string | null> {
  for (const file of filesOf(install)) await copyFile(new URL(file, source), path.join(folder, file));
  const run = (file: string, args: readonly string[]) => runToEnd({ file, args, cwd: folder, env: environment, timeoutMs: TEN_MINUTES, ...(signal ? { signal } : {}) });
  // No install scripts: Artillery's would download a browser that nothing here uses.
  // By default a registry that has fallen silent is waited for five minutes, and then once more.
  const npm = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-timeout=45000', '--fetch-retries=4']);
  if (npm.code !== 0) return failed('npm ci', npm);
  if (!install.afterwards) return null;
  const then = await run(process.execPath, [install.afterwards]);
  return then.code === 0 ? null : failed(install.afterwards, then);
}

function failed(what: string, { code, stderr, failure }: RunResult): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return `${what} failed (${failure ?? `exit code ${code}`})${last ? `: ${last.slice(0, 300)}` : ''}.`;
}
