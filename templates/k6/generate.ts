/** Renders a bundle. Deterministic: the same input gives the same bytes. */
import { createHash } from 'node:crypto';
import type { Bundle, ScriptFile, ScriptInput, ScriptRequest } from '../framework.ts';
import { constant, render } from '../shared/render.ts';
import { scriptValues } from './values.ts';

const here = (path: string) => new URL(path, import.meta.url);
const ENTRY = 'loadtest.js';
const PLAN_FILE = 'plan.json';

const OWN = ['run', 'load', 'arrivals', 'starts', 'clock', 'answer', 'environment', 'lines', 'gauge', 'verdict', 'summary'];
const SHARED = ['outcome', 'judge'];

/** Constant files: path in the bundle, and where it stands here. */
const CONSTANT: readonly (readonly [path: string, file: URL, mediaType: string])[] = [
  ...OWN.map((name) => [`instrument/${name}.js`, here(`instrument/${name}.js`), 'text/javascript'] as const),
  ...SHARED.map((name) => [`instrument/${name}.js`, here(`../shared/bundle/${name}.js`), 'text/javascript'] as const),
  ['instrument/config.json', here('instrument/config.json'), 'application/json'],
  ['README.md', here('instrument/README.md'), 'text/markdown'],
];

export function generate(input: ScriptInput): Bundle {
  if (PLAN_FILE in input.data) throw new Error(`${PLAN_FILE} is the plan's own file`);
  const files: ScriptFile[] = [
    { path: ENTRY, text: script(input), mediaType: 'text/javascript' },
    { path: PLAN_FILE, text: input.planText, mediaType: 'application/json' },
    ...Object.entries(input.data).map(([path, text]) => ({ path, text, mediaType: 'application/json' })),
    ...CONSTANT.map(([path, file, mediaType]) => ({ path, text: constant(file), mediaType })),
  ];
  return { files, entryFile: ENTRY, command: commandOf(input.request) };
}

/** The hash in it is taken over the text with the hash left empty. */
function script(input: ScriptInput): string {
  const textWith = (scriptHash: string) => render(here('loadtest.js.njk'), scriptValues(input, scriptHash));
  return textWith(createHash('sha256').update(textWith('')).digest('hex'));
}

/** An https target needs one setting that only k6's environment can give. */
function commandOf({ baseUrl }: ScriptRequest): string {
  const k6 = `k6 run --quiet ${ENTRY}`;
  return baseUrl.toLowerCase().startsWith('https:') ? `env GODEBUG=http2client=0 ${k6}` : k6;
}
