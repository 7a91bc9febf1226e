import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { compileJson } from '../../server/inputs/generators.ts';
import { isFixed, type Part } from '../../server/inputs/part.ts';

/** Megabytes and thousands of texts take their time on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

const partsOf = (text: string): readonly Part[] => {
  const { parts, problems } = compileJson(text);
  expect(problems).toEqual([]);
  return parts;
};
const problemsOf = (text: string, options?: Parameters<typeof compileJson>[1]) => {
  const { parts, problems } = compileJson(text, options);
  expect(parts).toEqual([]);
  return problems;
};

describe('generators become parts, and all around them stays as it is', () => {
  test('each of them', () => {
    expect(partsOf('{"$uuid":true}')).toEqual([{ uuid: true }]);
    expect(partsOf('{"$counter":1}')).toEqual([{ counter: 1 }]);
    expect(partsOf('[{"$now":"iso"},{"$now":"ms"},{"$now":"s"}]')).toEqual(['[', { now: 'iso' }, ',', { now: 'ms' }, ',', { now: 's' }, ']']);
    expect(partsOf('{"$int":[-3,100]}')).toEqual([{ int: [-3, 100] }]);
    expect(partsOf('{"$pick":["a",{"b":1}]}')).toEqual([{ pick: ['"a"', '{"b":1}'] }]);
    expect(partsOf('{"$text":["order-",{"$counter":1}]}')).toEqual([{ text: ['order-', { counter: 1 }] }]);
  });

  test('spaces, line breaks and other values around them', () => {
    expect(partsOf(' {"id" : { "$uuid" : true } ,\r\n\t"n":12345678901234567890, "deep":[1, [{"at":{"$now":"s"}}]]}\n')).toEqual([
      ' {"id" : ', { uuid: true }, ' ,\r\n\t"n":12345678901234567890, "deep":[1, [{"at":', { now: 's' }, '}]]}\n',
    ]);
  });

  test('two side by side have nothing between them but the comma', () => {
    expect(partsOf('[{"$uuid":true},{"$uuid":true}]')).toEqual(['[', { uuid: true }, ',', { uuid: true }, ']']);
  });

  test('a name that is written with an escape is the same name', () => {
    expect(partsOf('{"\\u0024uuid":true}')).toEqual([{ uuid: true }]);
  });

  test('what a pick chooses from is an unchanged slice', () => {
    expect(partsOf('{"$pick":[ 12345678901234567890, 1e400 ,"\\ud800", {"a" : [\n1 ]}, null ]}')).toEqual([{ pick: ['12345678901234567890', '1e400', '"\\ud800"', '{"a" : [\n1 ]}', 'null'] }]);
  });

  test('the strings of a text are decoded', () => {
    expect(partsOf('{"$text":["a\\"\\u00e9\\n", {"$int":[1,6]}, {"$pick":["x",2,true]}, {"$now":"iso"}, {"$uuid":true}]}')).toEqual([{ text: ['a"é\n', { int: [1, 6] }, { pick: ['"x"', '2', 'true'] }, { now: 'iso' }, { uuid: true }] }]);
  });

  test('a literal is its value, into which nobody looks', () => {
    expect(partsOf('{"a":{"$literal":{"$gt": 5}},"b":{"$uuid":true}}')).toEqual(['{"a":{"$gt": 5},"b":', { uuid: true }, '}']);
    expect(partsOf('{"$literal":{"$literal":{"$uuid":false}}}')).toEqual(['{"$literal":{"$uuid":false}}']);
    expect(partsOf('{"$literal":12345678901234567890}')).toEqual(['12345678901234567890']);
    expect(partsOf('{"$pick":[{"a":{"$literal":{"$uuid":true}}},1]}')).toEqual([{ pick: ['{"a":{"$uuid":true}}', '1'] }]);
  });

  test('the limits of numbers', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(partsOf(`{"$int":[0,${most}]}`)).toEqual([{ int: [0, most] }]);
    expect(partsOf(`{"$int":[${-most},0]}`)).toEqual([{ int: [-most, 0] }]);
    expect(partsOf('{"$int":[7,7]}')).toEqual([{ int: [7, 7] }]);
    expect(partsOf('[{"$counter":-9000000000000000},{"$counter":9000000000000000}]')).toEqual(['[', { counter: -9e15 }, ',', { counter: 9e15 }, ']']);
  });

  test('placeholders, where they are allowed', () => {
    expect(compileJson('{"w":{"$workflow":true},"i":{"$inputs":true},"id":{"$uuid":true}}', { allow: ['workflow', 'inputs'] })).toEqual({
      parts: ['{"w":', { workflow: true }, ',"i":', { inputs: true }, ',"id":', { uuid: true }, '}'],
      problems: [],
    });
  });
});

describe('a text without generators is one string, the text itself', () => {
  test.each([
    '{"n": 12345678901234567890, "x":1e400}',
    '{"$uuid":true,"more":1}',
    '{"a":{"$uuid":true,"$uuid":true}}',
    `["$uuid", "{\\"$uuid\\":true}", "{{ x }} \${y}"]`,
    '{"a$uuid":true}',
    '{"__proto__":{},"":{},"":1}',
    '"\\ud800 \\u0000"',
    ' \r\n[]\t',
    'null',
  ])('%s', (text) => {
    expect(partsOf(text)).toEqual([text]);
    expect(isFixed(partsOf(text))).toBe(true);
  });

  test('also with a leading BOM, which is dropped', () => {
    expect(partsOf('\ufeff{"n":7}')).toEqual(['{"n":7}']);
  });
});

describe('what is wrong is named, with its place', () => {
  test.each([
    ['{"a":{"$gt":5}}', 'a', '$literal'],
    ['{"a b":[0,{"$where":"x"}]}', '["a b"][1]', '$literal'],
    ['{"$":1}', '', '$literal'],
    ['{"x":{"$workflow":true}}', 'x', '$literal'],
    ['{"x":{"$inputs":true}}', 'x', '$literal'],
    ['{"$uuid":false}', '$uuid', '{"$uuid": true}'],
    ['{"a":{"$uuid":1}}', 'a.$uuid', '{"$uuid": true}'],
    ['{"$counter":1.5}', '$counter', 'whole number'],
    ['{"$counter":"1"}', '$counter', 'whole number'],
    ['{"$counter":9000000000000001}', '$counter', '9\u202f000\u202f000\u202f000\u202f000\u202f000'],
    ['{"$counter":12345678901234567890}', '$counter', '9\u202f000\u202f000\u202f000\u202f000\u202f000'],
    ['{"$now":"ISO"}', '$now', '"iso"'],
    ['{"$now":true}', '$now', '"iso"'],
    ['{"$int":[5,1]}', '$int', 'empty'],
    ['{"$int":[1]}', '$int', '[1, 100]'],
    ['{"$int":[1,2,3]}', '$int', '[1, 100]'],
    ['{"$int":5}', '$int', '[1, 100]'],
    ['{"$int":{"min":1,"max":2}}', '$int', '[1, 100]'],
    ['{"$int":[1,"2"]}', '$int', '[1, 100]'],
    ['{"$int":[1.5,2]}', '$int', 'whole numbers'],
    ['{"$int":[0,9007199254740992]}', '$int', '9\u202f007\u202f199\u202f254\u202f740\u202f991'],
    ['{"$int":[0,1e400]}', '$int', '9\u202f007\u202f199\u202f254\u202f740\u202f991'],
    ['{"$int":[-1,9007199254740991]}', '$int', 'too wide'],
    ['{"$pick":[]}', '$pick', 'at least one'],
    ['{"$pick":"a"}', '$pick', 'at least one'],
    ['{"$pick":[1,{"$uuid":true}]}', '$pick[1]', 'no generators'],
    ['{"$pick":[{"deep":[{"$int":[1,2]}]}]}', '$pick[0].deep[0]', 'no generators'],
    ['{"$pick":[{"$gt":1}]}', '$pick[0]', '$literal'],
    ['{"$text":[]}', '$text', 'Give a list'],
    ['{"$text":"a"}', '$text', 'Give a list'],
    ['{"$text":["a",5]}', '$text[1]', 'in quotes'],
    ['{"$text":[{"a":1}]}', '$text[0]', 'in quotes'],
    ['{"$text":[{"$text":["a"]}]}', '$text[0]', 'write its parts here'],
    ['{"$text":[{"$literal":"a"}]}', '$text[0]', 'write its parts here'],
    ['{"$text":[{"$int":[2,1]}]}', '$text[0].$int', 'empty'],
    ['{"$text":[{"$gt":1}]}', '$text[0]', '$literal'],
    ['{"$text":[{"$pick":["a",null]}]}', '$text[0].$pick', 'true and false'],
    ['{"$text":[{"$pick":[{"a":1}]}]}', '$text[0].$pick', 'true and false'],
    ['{"$text":["\\ud800"]}', '$text[0]', 'surrogate'],
    ['{"$text":[{"$pick":["\\udc00"]}]}', '$text[0].$pick', 'surrogate'],
  ])('%s', (text, path, words) => {
    expect(problemsOf(text)).toEqual([{ path, message: expect.stringContaining(words) }]);
  });

  test('placeholders are exactly true', () => {
    expect(problemsOf('{"$workflow":false}', { allow: ['workflow'] })).toMatchObject([{ path: '$workflow', message: 'Write {"$workflow": true}.' }]);
    expect(problemsOf('{"a":{"$pick":[{"$workflow":true}]}}', { allow: ['workflow'] })).toMatchObject([{ path: 'a.$pick[0]' }]);
    expect(problemsOf('{"$text":[{"$inputs":true}]}', { allow: ['inputs'] })).toMatchObject([{ path: '$text[0]' }]);
  });

  test('all problems at once, the first twenty by name', () => {
    expect(problemsOf('{"a":{"$uuid":0},"b":{"$now":0}}').map(({ path }) => path)).toEqual(['a.$uuid', 'b.$now']);
    const many = problemsOf(JSON.stringify(Array.from({ length: 30 }, () => ({ $x: 1 }))));
    expect(many).toHaveLength(21);
    expect(many.at(-1)?.message).toContain('10 more');
  });

  test.each([
    ['', 'empty'],
    ['{"a":1,}', 'line 1, column 8'],
    ['{"a":\n01}', 'line 2'],
    ['// x\n{}', 'no comments'],
    ['{"a":"\0"}', 'Line 1, column 7'],
    ['{"a":\r\n"\ud800"}', 'Line 2, column 2'],
    [`${'['.repeat(101)}${']'.repeat(101)}`, 'deeper than 100'],
    [`"${'a'.repeat(10 * 1024 * 1024)}"`, '10 MB'],
  ])('what is no JSON or beyond the limits, %#', (text, words) => {
    expect(problemsOf(text)).toEqual([{ path: '', message: expect.stringContaining(words) }]);
  });

  test('inputs as a whole are one object, whatever is generated', () => {
    for (const text of ['{}', ' {"a":{"$uuid":true}}', '{"$pick":[{"a":1},{"a":2}]}', '{"$literal":{"$gt":1}}']) expect(compileJson(text, { object: true }).problems).toEqual([]);
    for (const text of ['[]', '7', '{"$uuid":true}', '{"$pick":[{"a":1},2]}', '{"$literal":[1]}', '{"$text":["{}"]}']) expect(problemsOf(text, { object: true })).toMatchObject([{ path: '', message: 'Inputs are one JSON object, for example {"n": 7}.' }]);
  });
});

describe('whatever the text', () => {
  /** JSON with anything in it that looks like a generator, and all spacing that JSON allows. */
  const json = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.json(),
      fc.constantFrom('12345678901234567890', '1e400', '-0.0', '"$uuid"', '"\\ud800"', '{}', 'true'),
      fc.tuple(fc.constantFrom('$uuid', '$counter', '$now', '$int', '$pick', '$text', '$literal', '$gt', '\\u0024int', '__proto__', '', 'a'), tie('value'), fc.constantFrom('', ' ', '\r\n')).map(([name, value, space]) => `{${space}"${name}"${space}:${value}}`),
      fc.array(tie('value'), { maxLength: 3 }).map((values) => `[ ${values.join(' ,')}]`),
      fc.array(tie('value'), { maxLength: 3 }).map((values) => `{${values.map((value, i) => `"k${i % 2}": ${value}`).join(',\n')}}`),
    ),
  })).value;

  test('there is never an exception, and parts or problems', () => {
    fc.assert(
      fc.property(fc.oneof(json, fc.string({ unit: 'binary' }), fc.string()), fc.boolean(), (text, all) => {
        const { parts, problems } = compileJson(text, all ? { allow: ['workflow', 'inputs'], object: true } : {});
        return parts.length > 0 === (problems.length === 0) && problems.every(({ message }) => /^[^\n]{10,300}[.]$/.test(message));
      }),
      { numRuns: 2000 },
    );
  });

  test('any JSON without a $ is one string, the text itself', () => {
    fc.assert(fc.property(json.filter((text) => !/"(\$|\\u0024)/.test(text)), (text) => void expect(partsOf(text)).toEqual([text])), { numRuns: 1000 });
  });

  test('strings and generators put back together are the text', () => {
    const back = (part: Part): string => {
      if (typeof part === 'string') return part;
      if ('pick' in part) return `{"$pick":[${part.pick.join(',')}]}`;
      return JSON.stringify(part, (key, value: unknown) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [`$${name}`, member])) : key === '' ? part : value));
    };
    const generator = fc.constantFrom('{"$uuid":true}', '{"$counter":5}', '{"$now":"ms"}', '{"$int":[1,6]}', '{"$pick":[1,"a",{"b":[]}]}', '{"$text":["a",{"$counter":1}]}');
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json().filter((text) => !text.includes('"$')), generator), { maxLength: 8 }), (values) => {
        const text = `{"a":[${values.join(', ')}]}`;
        expect(partsOf(text).map(back).join('')).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
