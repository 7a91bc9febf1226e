/**
 * The only way a value enters a script: as a literal of that language. JSON.stringify escapes lone surrogates, quotes,
 * backslashes and control characters; U+2028/9 and each `<` that HTML would read as the start of a tag are escaped here as
 * well, so that a literal is inert in a script tag, and every escape it emits means the same in JSON, JavaScript and Python.
 */

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** A literal for JSON and JavaScript, indented for reading: an array or object that fits on one line stays on it. */
export function jsLiteral(value: Value, indent = 0): string {
  return literal(value, indent, { null: 'null', true: 'true', false: 'false', step: 2 });
}

/** A literal for Python. */
export function pyLiteral(value: Value, indent = 0): string {
  return literal(value, indent, { null: 'None', true: 'True', false: 'False', step: 4 });
}

interface Words {
  readonly null: string;
  readonly true: string;
  readonly false: string;
  /** Spaces per level. */
  readonly step: number;
}

const LINE_WIDTH = 100;

function literal(value: Value, indent: number, words: Words): string {
  if (value === null) return words.null;
  if (typeof value === 'boolean') return value ? words.true : words.false;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('a number in a script must be finite');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') return quoted(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const members = (at: number) =>
    Array.isArray(value)
      ? value.map((member: Value) => literal(member, at, words))
      : Object.entries(value).map(([key, member]) => `${quoted(key)}: ${literal(member, at, words)}`);
  const flat = members(0);
  if (flat.length === 0) return `${open}${close}`;
  const line = `${open}${flat.join(', ')}${close}`;
  if (line.length + indent <= LINE_WIDTH && !line.includes('\n')) return line;
  const pad = ' '.repeat(indent + words.step);
  return `${open}\n${members(indent + words.step).map((member) => `${pad}${member},\n`).join('')}${' '.repeat(indent)}${close}`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/<(?=[a-z/!?])|[\u2028\u2029\u007f-\u009f]/gi, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
