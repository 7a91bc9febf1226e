/** What the viewer needs of a bundle: sizes, languages, what is small enough to draw and to highlight. Pure. */

export interface ScriptFile {
  readonly path: string;
  readonly text: string;
  readonly mediaType: string;
}

export interface Script {
  readonly framework: string;
  readonly files: readonly ScriptFile[];
  readonly entryFile: string;
  readonly command: string;
  readonly hash: string;
  /** What was found in the definition. */
  readonly secrets: readonly { readonly path: string; readonly variable: string }[];
  /** Without these it does not start. */
  readonly variables: readonly { readonly name: string; readonly holds: string }[];
  readonly warnings: readonly string[];
}

/** Beyond this a browser lays text out for seconds: the start is shown, and as much again with each click. */
export const MOST_SHOWN = 200_000;
/** Beyond this highlighting is felt: plain text is shown. */
export const MOST_HIGHLIGHTED = 100_000;
/** A line of minified JSON costs the highlighter more than many short ones. */
const LONGEST_LINE = 2_000;

const LANGUAGES: Record<string, Language> = { py: 'python', js: 'javascript', cjs: 'javascript', mjs: 'javascript', json: 'json', yml: 'yaml', yaml: 'yaml', md: 'markdown' };

export type Language = 'python' | 'javascript' | 'json' | 'yaml' | 'markdown';

export function languageOf(path: string): Language | null {
  return LANGUAGES[path.split('.').at(-1)?.toLowerCase() ?? ''] ?? null;
}

export interface Shown {
  readonly text: string;
  readonly cut: boolean;
  /** Null: shown as plain text. */
  readonly language: Language | null;
}

/** @param most letters that are shown */
export function shownOf(file: ScriptFile, most: number = MOST_SHOWN): Shown {
  const cut = file.text.length > most;
  // Not between the halves of a character.
  const text = cut ? file.text.slice(0, most).replace(/[\ud800-\udbff]$/, '') : file.text;
  const small = text.length <= MOST_HIGHLIGHTED && !longerLine(text);
  return { text, cut, language: small ? languageOf(file.path) : null };
}

function longerLine(text: string): boolean {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    if ((end === -1 ? text.length : end) - from > LONGEST_LINE) return true;
    if (end === -1) return false;
    from = end + 1;
  }
  return false;
}

export function lineCount(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** The folder of what is the same in every script of a framework. */
const INSTRUMENT = 'instrument/';

export interface SortedFiles {
  /** What this test is made of, in the order in which it is read. */
  readonly own: readonly ScriptFile[];
  /** What starts, measures and judges: some dozens of files that few look into. */
  readonly instrument: readonly ScriptFile[];
}

/** The entry file, code beside it, the README, the data, and what is left. Within these as the bundle has them. */
export function sorted({ files, entryFile }: Pick<Script, 'files' | 'entryFile'>): SortedFiles {
  const isInstrument = ({ path }: ScriptFile) => path.startsWith(INSTRUMENT) && path !== entryFile;
  const isCode = (path: string) => ['python', 'javascript'].includes(languageOf(path) ?? '');
  const place = ({ path }: ScriptFile) => [path === entryFile, isCode(path), path === 'README.md', path.startsWith('data/'), true].indexOf(true);
  return { own: files.filter((file) => !isInstrument(file)).sort((a, b) => place(a) - place(b)), instrument: files.filter(isInstrument) };
}

/** `instrument/judge.js` is `judge.js` among its like. */
export const nameInInstrument = ({ path }: ScriptFile): string => path.slice(INSTRUMENT.length);

/** `load-test-locust-5b08e3aa`, the folder inside the zip and its name. */
export { folderName } from '../../../../server/script/folder-name.ts';
