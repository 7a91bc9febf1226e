/** What cannot be written as UTF-8 cannot be sent as it is, whatever the framework. */
import type { ScriptInput, ScriptRequest } from '../framework.ts';
import { requestsIn } from './values.ts';

const MESSAGE = 'This text holds half of a character (a lone surrogate), which UTF-8 cannot carry: write it as a JSON escape.';

/** One problem for each path. */
export function halfCharacters({ flow, data }: ScriptInput): { path: string; message: string }[] {
  const texts = [
    ...requestsIn(flow).flatMap(textsOf),
    ...Object.entries(data).map(([file, text]) => ({ path: file === flow.inputs?.file ? 'inputs' : 'workflow', text })),
  ];
  const paths = texts.filter(({ text }) => !text.isWellFormed()).map(({ path }) => path);
  return [...new Set(paths)].map((path) => ({ path, message: MESSAGE }));
}

function textsOf({ path, headers, body }: ScriptRequest): { path: string; text: string }[] {
  return [
    { path: 'target.path', text: path },
    ...headers.map(({ name, value }) => ({ path: 'target.headers', text: `${name}: ${value}` })),
    ...(body ?? []).map((part) => ({ path: 'target.body', text: 'text' in part ? part.text : '' })),
  ];
}
