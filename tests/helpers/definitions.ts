/** Definitions that nobody would write by hand: JSON texts as they may come, with everything in them that breaks a careless script. */
import fc from 'fast-check';

/** JSON values as text. */
export const NASTY: readonly string[] = [
  `"' '' ''' \\" \\"\\"\\" \` \`\`\` \\\\ \\\\\\\\ \\/"`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay one
  '"${x} ${{}} $(x) $$ $& $` $\' #{x} %s %(x)s %% {0} {x!r}"',
  '"{{ target }} {{{ $env.HOME }}} {% raw %}{% endraw %} {# no comment #} <%= x %> {{ \'x\' }}"',
  '"\\r\\n \\n \\r \\t \\b \\f \\u0000 \\u001f \\u007f"',
  '"\u2028 \u2029 \\u2028 \\u2029 \u0085 \u00a0 \u200b \u202e \ufeff \ufffd \uffff"',
  '"\\ud800 \\udfff \\ud83d\\ude00 \u{1f600} \u{10ffff} e\u0301 \u00e9"',
  '"</script><!-- --> */ // # -- \\n\\"\\"\\"\\nimport os\\n\'\'\'"',
  '[12345678901234567890, -0.0, 1e400, -1E-400, 0.1000000000000000055511151231257827, 1E+2, 9007199254740993]',
  '{"__proto__": {"polluted": true}, "constructor": {"prototype": {}}, "toString": 1, "hasOwnProperty": 0}',
  '{"a": 1, "a": 2, "": 3, "": 4, " ": 5, "\\u0061": 6}',
  '{ "spaces" :\t[ 1 ,2,\r\n 3 ] ,"empty":[ ],"none":{ } }',
  '"[[SECRET_ASK_API_KEY]] [[SECRET]] {session} {execution} true null None undefined NaN"',
  'true',
  'null',
];

const word = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay one
  { weight: 2, arbitrary: fc.constantFrom('"', "'", '\\', '\n', '\r\n', '\u2028', '{{ x }}', '${x}', '{% if %}', '"""', "'''", '`', '\0', '__proto__', '</script>', '#', '[[SECRET_A]]', '\ud800', '\udfff\ud800') },
);

/** A text between its quotes: as JSON.stringify writes it (which escapes lone surrogates), raw where JSON allows it, or all escapes. */
const quoted = fc.tuple(word, fc.integer({ min: 0, max: 2 })).map(([text, how]) => {
  const plain = JSON.stringify(text);
  if (how === 0) return plain;
  return how === 1 ? plain.replaceAll('/', '\\/') : `"${[...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
});

const number = fc.oneof(
  fc.constantFrom('12345678901234567890', '1e400', '-0', '-0.0', '0.1', '1E+2', '1.7976931348623157e308', '5e-324', '100000000000000000000000000000000'),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

const space = fc.constantFrom('', '', ' ', '\n', '\t', '\r\n  ');

/** The text of any JSON value. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, quoted, number, fc.constantFrom('true', 'false', 'null'), fc.constantFrom(...NASTY), tie('list'), tie('object')),
  list: fc.tuple(fc.array(tie('value'), { maxLength: 4 }), space).map(([values, s]) => `[${s}${values.join(`${s},${s}`)}${s}]`),
  object: fc
    .tuple(fc.array(fc.tuple(fc.oneof(quoted, fc.constantFrom('"code"', '"prompt"', '"api_key"', '"password"', '"headers"', '"Authorization"', '"url"', '""')), tie('value')), { maxLength: 5 }), space)
    .map(([members, s]) => `{${s}${members.map(([name, value]) => `${name}${s}:${s}${value}`).join(`${s},${s}`)}${s}}`),
})).value;

const object = fc.array(fc.tuple(quoted, jsonText), { maxLength: 4 }).map((members) => `{${members.map(([name, value]) => `${name}: ${value}`).join(', ')}}`);

/** A definition in Studio's shape, of 1 to 5 nodes in a row. */
export const definitionText: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.tuple(fc.constantFrom('PythonCodeNode', 'LLMAgentNode', 'HTTPRequestNode', 'SQLDatabaseNode', 'CSVReaderNode'), object), { minLength: 1, maxLength: 5 }), object, space)
  .map(([nodes, metadata, s]) => {
    const list = nodes.map(([type, parameters], i) => `{${s}"id":"n${i}",${s}"type":"${type}","parameters":${parameters}}`);
    const edges = nodes.slice(1).map((_, i) => `{"id":"e${i}","source":"n${i}","target":"n${i + 1}"}`);
    return `{${s}"nodes":${s}[${list.join(`,${s}`)}],"edges":[${edges.join(',')}],${s}"metadata":${metadata}${s}}`;
  });

/** As deep as a definition may be: the nodes' own two levels and the object around them included. */
export const deepDefinition = (depth: number): string =>
  `{"nodes":[{"id":"a","type":"PythonCodeNode","parameters":{"deep":${'['.repeat(depth - 4)}${']'.repeat(depth - 4)}}}],"edges":[]}`;

/** So many bytes in UTF-8. */
export function bigDefinition(bytes: number): string {
  const [before, after] = ['{"nodes":[{"id":"a","type":"PythonCodeNode","parameters":{"code":"', '"}}],"edges":[]}'];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay one
  const unit = 'x = \\"{{ y }}\\" \\n \u2028 \u00e9 ${z} ';
  const room = bytes - before.length - after.length;
  const units = Math.floor(room / Buffer.byteLength(unit));
  return `${before}${unit.repeat(units)}${'x'.repeat(room - units * Buffer.byteLength(unit))}${after}`;
}
