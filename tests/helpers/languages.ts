/** What the languages themselves make of generated files: all of one language in one process. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import type { Bundle } from '../../templates/framework.ts';

export interface ReadBack {
  /** What the parser of the language says; null: it is a valid script. */
  readonly problem: string | null;
  /** `PLAN` and `FLOW`, where it has them. */
  readonly values: Readonly<Record<string, unknown>>;
}

type Reader = (texts: readonly string[], toolFolder: string) => Promise<ReadBack[]>;

const READERS: Readonly<Record<string, Reader>> = {
  '.py': (texts, toolFolder) => ask(existsSync(path.join(toolFolder, 'python')) ? path.join(toolFolder, 'python') : 'python3', ['read-back.py'], texts),
  '.js': readModules,
  '.mjs': readModules,
  '.yml': async (texts) => texts.map((text) => ({ problem: parseDocument(text, { strict: true }).errors[0]?.message ?? null, values: {} })),
  '.json': async (texts) => texts.map((text) => ({ problem: jsonProblem(text), values: {} })),
};

/**
 * Of each bundle, all its files but the data: problems with their paths, and the values that its script carries.
 * @param toolFolder where the framework's tool lies, for its own Python
 */
export async function readBack(bundles: readonly Bundle[], toolFolder: string): Promise<{ problems: string[]; values: Readonly<Record<string, unknown>> }[]> {
  const scripts = bundles.map(({ files }) => files.filter((file) => !file.path.startsWith('data/')));
  const known = new Map<string, ReadBack>();
  for (const [extension, reader] of Object.entries(READERS)) {
    const texts = [...new Set(scripts.flat().filter((file) => path.extname(file.path) === extension).map((file) => file.text))];
    if (texts.length === 0) continue;
    for (const [i, read] of (await reader(texts, toolFolder)).entries()) known.set(`${extension} ${texts[i]}`, read);
  }
  return scripts.map((files) => {
    const all = files.flatMap((file) => {
      const read = known.get(`${path.extname(file.path)} ${file.text}`);
      return read ? [{ ...read, path: file.path }] : [];
    });
    return { problems: all.flatMap((read) => (read.problem === null ? [] : [`${read.path}: ${read.problem}`])), values: Object.assign({}, ...all.map((read) => read.values)) };
  });
}

function readModules(texts: readonly string[]): Promise<ReadBack[]> {
  return ask(process.execPath, ['--experimental-vm-modules', '--no-warnings', 'read-back.mjs'], texts);
}

function ask(file: string, args: readonly string[], texts: readonly string[]): Promise<ReadBack[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, { cwd: import.meta.dirname, maxBuffer: 2 ** 30 }, (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout) as ReadBack[])));
    child.stdin?.end(JSON.stringify(texts));
  });
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return String(error);
  }
}
