/** Is a script fit to run? Asked of the tool itself, before there is a run. What it refuses comes back with file and line. */
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Framework } from '../../templates/framework.ts';
import { endGroup } from '../process/end.ts';
import { groupsWith } from '../process/group.ts';
import { runToEnd } from '../process/run-to-end.ts';
import type { Script } from '../script/generate.ts';
import type { FoundTool } from '../tools/find.ts';
import type { Problem } from '../workflow/problem.ts';
import { homeOf, openRunFolder } from './folder.ts';

export interface Validator {
  /** Empty: the tool takes it. Sends nothing to the target. */
  problemsOf(framework: Framework, tool: Available, script: Script): Promise<readonly Problem[]>;
  /** Ends the checks that are on their way. */
  close(): void;
}

type Available = Extract<FoundTool, { available: true }>;

export interface ValidatorOptions {
  readonly runsFolder: string;
  readonly searchPath: string;
}

/** The tools need a second or more each time. */
const REMEMBERED = 1000;
const CHECK_WITHIN_MS = 60_000;
const PREFIX = 'check-';
/** Satisfies every kind of variable: a header, the inside of a JSON string, a number. */
const PLACEHOLDER = '1';

/** Checks that a dead server left behind are ended first: a data folder belongs to one server. */
export async function openValidator({ runsFolder, searchPath }: ValidatorOptions): Promise<Validator> {
  await sweep(runsFolder);
  const valid = new Set<string>();
  const closing = new AbortController();
  return {
    async problemsOf(framework, tool, script) {
      const key = `${framework.key} ${tool.version} ${script.hash}`;
      if (valid.has(key)) return [];
      const folder = await openRunFolder(runsFolder, `${PREFIX}${randomUUID()}`, script, searchPath);
      try {
        const problems = await check(framework, tool.executable, script, folder, closing.signal);
        if (problems.length > 0) return problems;
      } finally {
        await folder.remove();
      }
      if (valid.size >= REMEMBERED) valid.clear();
      valid.add(key);
      return [];
    },
    close: () => closing.abort(),
  };
}

async function sweep(runsFolder: string): Promise<void> {
  const left = (await readdir(runsFolder).catch(() => [])).filter((name) => name.startsWith(PREFIX)).map((name) => path.join(runsFolder, name));
  for (const folder of left) {
    for (const group of groupsWith('HOME', homeOf(folder))) await endGroup(group, 0);
    await rm(folder, { recursive: true, force: true });
  }
}

async function check(framework: Framework, executable: string, script: Script, folder: Awaited<ReturnType<typeof openRunFolder>>, signal: AbortSignal): Promise<readonly Problem[]> {
  const placeholders = Object.fromEntries(script.variables.map(({ name }) => [name, PLACEHOLDER]));
  for (const { file, args, env } of framework.check({ executable, folder: folder.path, entryFile: script.entryFile, fifo: folder.fifo })) {
    const result = await runToEnd({ file, args, cwd: folder.path, env: { ...placeholders, ...folder.environment, ...env }, timeoutMs: CHECK_WITHIN_MS, signal });
    if (result.code === 0) continue;
    const listed = listedIn(result.stderr, script);
    if (listed.length > 0) return listed;
    const message = framework.problemFrom(result.stderr, result.stdout) ?? result.failure ?? `exit code ${result.code}`;
    return [{ path: placeIn(`${result.stdout}\n${result.stderr}`, script) ?? script.entryFile, message }];
  }
  return [];
}

/** Checks of ours say each problem on a line of its own: `loadtest.yml:20: what is wrong`. */
export function listedIn(stderr: string, { files }: Pick<Script, 'files'>): Problem[] {
  const names = new Set(files.map(({ path: name }) => name));
  return [...stderr.matchAll(/^(\S+?):(\d+): (.+)$/gm)].flatMap(([, name = '', line, message = '']) => (names.has(name) ? [{ path: `${name}:${line}`, message }] : []));
}

/** `loadtest.py:12`: the last place in a file of the bundle that the tool named. */
export function placeIn(output: string, { files }: Pick<Script, 'files'>): string | null {
  let found: { readonly at: number; readonly place: string } | null = null;
  for (const { path: name } of files) {
    // Python: File ".../loadtest.py", line 12. Node: .../processor.mjs:12. k6: .../loadtest.js: Line 12:5, or loadtest.js:12:5(3).
    const pattern = new RegExp(`(?<![\\w.-])${RegExp.escape(name)}(?:", line |: Line |:)(\\d+)`, 'gi');
    for (const match of output.matchAll(pattern)) if (!found || match.index > found.at) found = { at: match.index, place: `${name}:${match[1]}` };
  }
  return found?.place ?? null;
}
