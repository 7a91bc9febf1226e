/** Finds a framework's tool: on its explicit path, then in the prepared folder, then on PATH; and reads its version. */
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import semver from 'semver';
import type { Framework } from '../../templates/framework.ts';
import { runToEnd } from '../process/run-to-end.ts';

export interface Places {
  /** Explicit paths by variable name (LOCUST_PATH, ARTILLERY_PATH, K6_PATH). */
  readonly explicit: Readonly<Record<string, string | undefined>>;
  /** The folder under which `install.ts` prepares tools, one folder each. */
  readonly toolsFolder: string;
  /** PATH of the child processes, with the running Node's folder first. */
  readonly searchPath: string;
}

export type FoundTool =
  | { readonly available: true; readonly executable: string; readonly version: string; readonly problem?: undefined }
  | { readonly available: false; readonly executable?: undefined; readonly version: string | null; readonly problem: string };

export async function findTool({ name, key, tool }: Pick<Framework, 'name' | 'key' | 'tool'>, places: Places): Promise<FoundTool> {
  const missing = (problem: string, version: string | null = null): FoundTool => ({ available: false, version, problem });
  const explicit = places.explicit[tool.pathVariable];
  if (explicit && !isExecutable(explicit)) return missing(`${tool.pathVariable} is ${explicit}, and there is no program there.`);
  const executable = explicit ?? installed(key, tool, places) ?? onPath(tool.executable, places.searchPath);
  if (!executable) return missing(`${name} was not found.`);

  const run = await runToEnd({ file: executable, args: tool.versionArgs, cwd: '/', env: { PATH: places.searchPath, HOME: places.toolsFolder }, timeoutMs: 30_000 });
  const version = run.code === 0 ? tool.parseVersion(run.stdout || run.stderr) : null;
  if (version === null) return missing(`${executable} did not tell its version (${run.failure ?? `exit code ${run.code}`}).`);
  if (!semver.satisfies(version, tool.range)) return missing(`${name} ${version} was found at ${executable}; ${tool.range} is needed.`, version);
  return { available: true, executable, version };
}

function installed(key: string, tool: Framework['tool'], places: Places): string | null {
  if (!tool.install) return null;
  const candidate = path.join(places.toolsFolder, key, tool.install.executable);
  return isExecutable(candidate) ? candidate : null;
}

function onPath(name: string, searchPath: string): string | null {
  for (const folder of searchPath.split(path.delimiter)) {
    const candidate = path.join(folder, name);
    if (path.isAbsolute(folder) && isExecutable(candidate)) return candidate;
  }
  return null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
