/** ScriptInput -> the bundle: a readable `loadtest.js`, the constant `instrument/`, the data files. Deterministic: the same input gives the same bytes. */
import type { Bundle, ScriptFile, ScriptInput } from '../framework.ts';
import { givenFiles, refusedAddresses } from '../shared/files.ts';
import { withOwnHash } from '../shared/own-hash.ts';
import { constant, render } from '../shared/render.ts';
import { commandOf, readmeValues, scriptValues } from './values.ts';

const here = (path: string) => new URL(path, import.meta.url);
const ENTRY = 'loadtest.js';

/** Constant files of this framework, and those of all JavaScript bundles, under their names in the bundle. */
const OWN = [
  'answer', 'arrivals', 'clock', 'environment', 'failure', 'gauge', 'iteration', 'lines', 'load', 'load-test', 'material', 'rank', 'starts', 'summary', 'sums', 'thresholds', 'verdict',
];
const SHARED = ['alternate', 'body', 'checks', 'fit', 'histogram', 'inputs', 'journey', 'judge', 'objective', 'outcome', 'plan', 'segments', 'share', 'stages', 'table', 'token', 'told', 'variables'];

export const instrument: readonly ScriptFile[] = [
  ...OWN.map((name) => ({ path: `instrument/${name}.js`, text: constant(here(`instrument/${name}.js`)), mediaType: 'text/javascript' })),
  ...SHARED.map((name) => ({ path: `instrument/${name}.js`, text: constant(here(`../shared/bundle/${name}.js`)), mediaType: 'text/javascript' })),
  refusedAddresses,
  { path: 'instrument/config.json', text: constant(here('instrument/config.json')), mediaType: 'application/json' },
];

export function generate(input: ScriptInput): Bundle {
  const files: ScriptFile[] = [
    { path: ENTRY, text: script(input), mediaType: 'text/javascript' },
    { path: 'README.md', text: render(here('./README.md.njk'), readmeValues(input), input.customTemplates), mediaType: 'text/markdown' },
    ...givenFiles(input),
    ...instrument,
  ];
  return { files, entryFile: ENTRY, command: commandOf(input.flow) };
}

function script(input: ScriptInput): string {
  return withOwnHash((scriptHash) => render(here('./loadtest.js.njk'), scriptValues(input, scriptHash), input.customTemplates));
}
