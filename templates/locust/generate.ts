/** ScriptInput -> the bundle: a readable `loadtest.py`, the constant `instrument/`, the data files. */
import { readdirSync } from 'node:fs';
import type { Bundle, ScriptFile, ScriptInput } from '../framework.ts';
import { givenFiles, refusedAddresses } from '../shared/files.ts';
import { withOwnHash } from '../shared/own-hash.ts';
import { versionsOf } from '../shared/range.ts';
import { constant, render } from '../shared/render.ts';
import { readmeValues } from '../shared/values.ts';
import { tool } from './tool.ts';
import { scriptValues } from './values.ts';

const here = (path: string) => new URL(path, import.meta.url);
const ENTRY = 'loadtest.py';

/** One folder for what is the same in every bundle, so that `loadtest.py` stands alone beside its data. */
export const instrument: readonly ScriptFile[] = [
  ...readdirSync(here('./instrument/'))
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => ({ path: `instrument/${name}`, text: constant(here(`./instrument/${name}`)), mediaType: 'text/x-python' })),
  refusedAddresses,
];

export function generate(input: ScriptInput): Bundle {
  const files: ScriptFile[] = [
    { path: ENTRY, text: script(input), mediaType: 'text/x-python' },
    { path: 'README.md', text: render(here('./README.md.njk'), { ...readmeValues(input), ...toolValues() }, input.customTemplates), mediaType: 'text/markdown' },
    ...givenFiles(input),
    ...instrument,
  ];
  return { files, entryFile: ENTRY, command: `locust -f ${ENTRY}` };
}

function script(input: ScriptInput): string {
  return withOwnHash((scriptHash) => render(here('./script.py.njk'), { ...scriptValues(input, scriptHash), ...toolValues() }, input.customTemplates));
}

function toolValues() {
  // As pip writes a range.
  return { versions: versionsOf(tool), requirement: `locust${tool.range.replace(' ', ',')}` };
}
