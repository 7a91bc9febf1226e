/**
 * The only way a value enters a script: as a literal of that language, laid out as the language's own formatter does it (Prettier; Ruff
 * and Black), so that a script stays as it is when its owner formats it.
 *
 * JSON.stringify escapes lone surrogates, quotes, backslashes and control characters; U+2028/9 and each `<` that HTML would read as the
 * start of a tag are escaped here as well, so that a literal is inert in a script tag, and every escape it emits means the same in
 * JSON, JavaScript and Python.
 */

type Value = string | number | boolean | null | undefined | readonly Value[] | { readonly [key: string]: Value };

/**
 * A literal for JavaScript. Members that are undefined are left out.
 * @param before characters that stand before the literal on its line
 * @param indent spaces that its line begins with
 */
export function jsLiteral(value: Value, before = 0, indent = 0): string {
  return literal(value, { before, after: 1, indent }, javaScript);
}

/** A literal for Python. Members that are undefined are left out. */
export function pyLiteral(value: Value, before = 0, indent = 0): string {
  return literal(value, { before, after: 0, indent }, python);
}

interface Language {
  readonly null: string;
  readonly true: string;
  readonly false: string;
  /** Longest line, and spaces per level. */
  readonly width: number;
  readonly step: number;
  /** What stands between the braces and the members of an object on one line. */
  readonly brace: string;
  key(name: string): string;
  /** A list is never on one line, however short. */
  breaks(list: readonly Value[]): boolean;
  /** A text that is too long for the line of its key stands on the next one. */
  wraps(key: string): boolean;
}

const javaScript: Language = {
  null: 'null',
  true: 'true',
  false: 'false',
  width: 80,
  step: 2,
  brace: ' ',
  key: (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)),
  // Prettier shows a list of lists or of objects as a table.
  breaks: (list) => list.length > 1 && ['list', 'object'].some((kind) => list.every((item) => kindOf(item) === kind && Object.keys(item as object).length > 1)),
  // Prettier leaves it beside a key so short that little would be won.
  wraps: (key) => key.length > 4,
};

const python: Language = { null: 'None', true: 'True', false: 'False', width: 88, step: 4, brace: '', key: quoted, breaks: () => false, wraps: () => false };

interface Place {
  readonly before: number;
  /** Characters that follow on the last line. */
  readonly after: number;
  readonly indent: number;
}

function literal(value: Value, place: Place, language: Language): string {
  if (value === null || value === undefined) return language.null;
  if (typeof value === 'boolean') return value ? language.true : language.false;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('a number in a script must be finite');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') return quoted(value);
  const flat = flatLiteral(value, language, language.width - place.before - place.after);
  if (flat !== null) return flat;
  const indent = place.indent + language.step;
  const pad = ' '.repeat(indent);
  const members = entriesOf(value).map(([key, member]) => {
    const name = key === null ? '' : `${language.key(key)}: `;
    const text = literal(member, { before: indent + name.length, after: 1, indent }, language);
    const wraps = typeof member === 'string' && key !== null && language.wraps(language.key(key)) && indent + name.length + text.length + 1 > language.width;
    return wraps ? `${pad}${name.trimEnd()}\n${pad}${' '.repeat(language.step)}${text},\n` : `${pad}${name}${text},\n`;
  });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${members.join('')}${' '.repeat(place.indent)}${close}`;
}

/** On one line of at most `room` characters; null: it is longer, or a part of it is never on one line. */
function flatLiteral(value: Value, language: Language, room: number): string | null {
  if (typeof value !== 'object' || value === null) {
    const text = literal(value, { before: 0, after: 0, indent: 0 }, language);
    return text.length <= room ? text : null;
  }
  const isList = Array.isArray(value);
  if (isList && language.breaks(value)) return null;
  const [open, close] = isList ? ['[', ']'] : [`{${language.brace}`, `${language.brace}}`];
  const entries = entriesOf(value);
  if (entries.length === 0) return isList ? '[]' : '{}';
  let line = open;
  for (const [i, [key, member]] of entries.entries()) {
    const before = `${i > 0 ? ', ' : ''}${key === null ? '' : `${language.key(key)}: `}`;
    const flat = flatLiteral(member, language, room - line.length - before.length - close.length);
    if (flat === null) return null;
    line += before + flat;
  }
  return line.length + close.length <= room ? line + close : null;
}

function entriesOf(value: readonly Value[] | { readonly [key: string]: Value }): [key: string | null, member: Value][] {
  if (Array.isArray(value)) return value.map((member: Value) => [null, member]);
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function kindOf(value: Value): 'list' | 'object' | 'other' {
  if (typeof value !== 'object' || value === null) return 'other';
  return Array.isArray(value) ? 'list' : 'object';
}

/** In the quotes that need fewer escapes, as both formatters choose them; double ones when it is the same. */
function quoted(text: string): string {
  const inner = escaped(text);
  const doubles = text.split('"').length;
  const singles = text.split("'").length;
  if (doubles <= singles) return `"${inner}"`;
  return `'${inner.replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}

/** A text for YAML, which knows the escapes of JSON within double quotes, and none within single ones. */
export function yamlText(text: string): string {
  const inner = escaped(text);
  if (/\\[^"]/.test(inner) || !inner.includes('"')) return `"${inner}"`;
  return `'${text.replace(/'/g, "''")}'`;
}

/** As it stands between double quotes. */
function escaped(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/<(?=[a-z/!?])|[\u2028\u2029\u007f-\u009f]/gi, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
