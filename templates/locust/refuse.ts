/** Every plan of the two models can be run; what cannot be written as UTF-8 cannot be sent as it is. */
import type { ScriptInput, ScriptRequest } from '../framework.ts';

const MESSAGE = 'This text holds half of a character (a lone surrogate), which UTF-8 cannot carry: write it as a JSON escape.';

export function refuse({ flow, data }: ScriptInput): { path: string; message: string }[] {
  const requests = [...(flow.login ? [flow.login] : []), ...flow.setUp, flow.execute, ...(flow.poll ? [flow.poll] : [])];
  const texts = [
    ...requests.flatMap(textsOf),
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
