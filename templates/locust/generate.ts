/** ScriptInput -> the bundle: a readable `loadtest.py`, the constant `instrument/`, the data files. */
import { createHash } from 'node:crypto';
import type { Bundle, ScriptFile, ScriptInput } from '../framework.ts';
import { constant, render } from '../shared/render.ts';
import { scriptValues } from './values.ts';

/** One folder for what is the same in every bundle, so that `loadtest.py` stands alone beside its data. */
const INSTRUMENT = ['__init__', 'driver', 'ending', 'failure', 'judge', 'lines', 'load', 'outcome', 'reporter', 'schedule', 'settings', 'wire'];

const ENTRY = 'loadtest.py';

export function generate(input: ScriptInput): Bundle {
  const files: ScriptFile[] = [
    { path: ENTRY, text: script(input), mediaType: 'text/x-python' },
    { path: 'README.md', text: readme(input), mediaType: 'text/markdown' },
    { path: 'plan.json', text: input.planText, mediaType: 'application/json' },
    ...Object.entries(input.data).map(([path, text]) => ({ path, text, mediaType: 'application/json' })),
    ...INSTRUMENT.map((name) => ({
      path: `instrument/${name}.py`,
      text: constant(new URL(`./instrument/${name}.py`, import.meta.url)),
      mediaType: 'text/x-python',
    })),
  ];
  return { files, entryFile: ENTRY, command: `locust -f ${ENTRY}` };
}

/** Every plan of the two models can be run; what cannot be written as UTF-8 cannot be sent as it is. */
export function refuse({ request, data }: ScriptInput): { path: string; message: string }[] {
  const texts = [
    ...request.headers.map((header, i) => ({ path: `target.headers[${i}].value`, text: header.value })),
    ...request.body.map((part) => ({ path: 'inputs', text: 'text' in part ? part.text : '' })),
    ...Object.values(data).map((text) => ({ path: 'workflow', text })),
  ];
  return texts
    .filter(({ text }) => !text.isWellFormed())
    .map(({ path }) => ({ path, message: 'This text holds half of a character (a lone surrogate), which UTF-8 cannot carry: write it as a JSON escape.' }));
}

/** The script with its own hash in it: SHA-256 over the text with the hash left empty. */
function script(input: ScriptInput): string {
  const text = (scriptHash: string) => render(new URL('./script.py.njk', import.meta.url), scriptValues(input, scriptHash));
  return text(createHash('sha256').update(text('')).digest('hex'));
}

function readme({ plan, request, data }: ScriptInput): string {
  return render(new URL('./README.md.njk', import.meta.url), {
    duration: plan.maxIterations === null ? `${plan.durationMs / 1000} s` : `${plan.maxIterations} iterations`,
    files: Object.keys(data),
    bearerVariable: request.bearerVariable,
  });
}
