/** The values of a YAML text as JSON text, numbers as they were written: 20 digits, and 600.0 is no integer. */
import { readPythonYaml } from './python-yaml.ts';

/** A number that is written in YAML as in JSON. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const NUMBERS = new Set(['tag:yaml.org,2002:int', 'tag:yaml.org,2002:float']);

/** @param text valid YAML: it was read before */
export function readYamlExactly(text: string): unknown {
  return readPythonYaml(text, (tag) => {
    if (!NUMBERS.has(tag.tag)) return tag;
    return {
      ...tag,
      resolve: (source, onError, options) => (JSON_NUMBER.test(source) ? new NumberText(source) : tag.resolve(source, onError, options)),
      // Where it is a key, it is written.
      identify: (value) => value instanceof NumberText,
      stringify: ({ value }) => String(value),
    };
  });
}

export type JsonOfYaml = { readonly text: string } | { readonly text?: undefined; readonly path: string; readonly what: string };

/** JSON text of plain values and of numbers read by `readYamlExactly`; else what is in the way, and where. */
export function jsonOfYaml(value: unknown, path = ''): JsonOfYaml {
  if (value instanceof NumberText) return { text: value.text };
  if (typeof value === 'number' && !Number.isFinite(value)) return { path, what: 'no finite number' };
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return { text: JSON.stringify(value) };
  if (Array.isArray(value)) return joined(value.map((member: unknown, i) => ['', jsonOfYaml(member, `${path}[${i}]`)]), '[]');
  if (typeof value === 'object' && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null))
    return joined(Object.entries(value).map(([key, member]) => [`${JSON.stringify(key)}:`, jsonOfYaml(member, path === '' ? key : `${path}.${key}`)]), '{}');
  return { path, what: value instanceof Date ? 'a date' : 'a value of its own kind' };
}

function joined(members: readonly (readonly [key: string, value: JsonOfYaml])[], brackets: '[]' | '{}'): JsonOfYaml {
  const texts: string[] = [];
  for (const [key, value] of members) {
    if (value.text === undefined) return value;
    texts.push(key + value.text);
  }
  return { text: `${brackets[0]}${texts.join(',')}${brackets[1]}` };
}
