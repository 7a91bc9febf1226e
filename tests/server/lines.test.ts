import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLine } from '../../server/samples/parse.ts';
import { readLines } from '../../server/samples/lines.ts';
import { RequestReader } from '../../server/samples/request-reader.ts';
import { OUTCOMES, type SampleLine } from '../../server/samples/sample.ts';

async function read(chunks: readonly Buffer[]): Promise<(SampleLine | null)[]> {
  const source = async function* () {
    yield* chunks;
  };
  const lines: (SampleLine | null)[] = [];
  for await (const some of readLines(source())) lines.push(...some);
  return lines;
}

/** `bytes` cut at these places, in any order, empty pieces included. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((to, i) => bytes.subarray(at[i], to));
}

const anyOf = (...texts: string[]) => fc.constantFrom(...texts);

/** Mostly what a line is made of, so that most lines are good but for one part or none. */
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) => fc.oneof({ weight: 20, arbitrary: usual }, { weight: 1, arbitrary: odd });

/** A whole number as JSON may write it, and as it may not. */
const oddNumber = anyOf(
  '0', '-0', '-7', '00', '01', '-', '+1', '1.0', '1.5', '1e3', '1E+2', '1e400', '.5', '1.', '0x1', '12345678901234567890', '9'.repeat(400), 'null', '[]', '"1"', 'true',
  '259200000000', '259200000001', '-259200000000', '2147483647', '2147483648', '9007199254740991', '9007199254740993',
);
const number = mostly(fc.integer({ min: 0, max: 1e8 }).map(String), oddNumber);

/** A text as JSON may write it, and as it may not. */
const letters = fc.array(anyOf('a', 'b', ' ', 'é', '€', '😀', '\u2028', '\\n', '\\"', '\\\\', '\\/', '\\u0061', '\\ud83d', '\\ude00', '\\u0000', '\\x', '\\', '"', '\n', '\r', '\u0001', '\u007f'), { maxLength: 6 });
const text = mostly(
  anyOf('"execute"', '"poll status"', `"${'n'.repeat(200)}"`),
  fc.oneof(anyOf(`"${'n'.repeat(201)}"`, '""', '"', '7'), letters.map((list) => `"${list.join('')}"`), letters.map((list) => `"${list.join('')}"`)),
);
const outcome = mostly(fc.constantFrom(...OUTCOMES).map((name) => `"${name}"`), text);
const list = (items: fc.Arbitrary<string>, [open, close]: readonly [string, string]) => fc.array(items, { maxLength: 4 }).map((all) => `${open}${all.join(',')}${close}`);
const checks = fc.tuple(number, list(text, ['[', ']'])).map((both) => `[${both.join(',')}]`);

const member = mostly(
  fc.oneof(
    fc.constant(['exec', 'true']),
    fc.tuple(anyOf('connectMicros', 'startLagMicros', 'bytes', 'users', 'iteration'), fc.oneof({ weight: 3, arbitrary: number }, oddNumber)),
    fc.tuple(fc.constant('detail'), text),
    fc.tuple(fc.constant('checks'), checks),
  ),
  fc.oneof(
    fc.tuple(anyOf('exec', 'users', 'detail', 'checks', 'bytes'), anyOf('false', 'null', 'truer', '7', '"7"', '{}', '[7]')),
    fc.tuple(anyOf('execute', 'check', 'by', '__proto__', 'ex\\u0065c', ''), anyOf('1', '{"a":[1]}')),
  ),
);
const extra = list(member.map(([name, value]) => `"${name}":${value}`), ['{', '}']);
const request = fc
  .tuple(number, text, number, outcome, number, fc.option(mostly(extra, number)), mostly(fc.constant(null), number))
  .map((parts) => `["req",${parts.filter((part) => part !== null).join(',')}]`);

/** Any of what stands in a line may be missing, or be there twice, or have a space before it. */
const broken = fc.tuple(request, fc.nat(), anyOf('', ' ', '\t', '\r', ',', ']', '}', '"', 'x'), fc.nat(3)).map(([line, at, put, gone]) => line.slice(0, at % (line.length + 1)) + put + line.slice((at % (line.length + 1)) + gone));
const other = fc.oneof(
  anyOf('["begin",1,"k6","2.2.0",1700000000000.5,{"planHash":"a","workflowHash":"b","scriptHash":"c","plan":{},"host":{"os":"linux","cpus":2}}]', '["exec",-4,7,"auth",{"detail":"é"}]', '["gauge",980000,5,null,17,0,1.25]', '["end","planned",10,1,2,3,4]', ''),
  fc.string({ unit: 'binary' }).map((some) => some.replaceAll('\n', ' ')),
);
const bytes = fc.oneof(
  { weight: 8, arbitrary: request.map((line) => Buffer.from(line)) },
  { weight: 3, arbitrary: broken.map((line) => Buffer.from(line)) },
  { weight: 1, arbitrary: other.map((line) => Buffer.from(line)) },
  // Bytes that are no text, where a text is meant to be.
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 6 }).map((some) => Buffer.concat([Buffer.from('["req",1,"'), some, Buffer.from('",7,"ok",200,{"exec":true}]')])) },
);
const LF = Buffer.from('\n');

test('whatever the bytes are, and however they come: what is read is what JSON.parse makes of each line', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 6 }), fc.boolean(), fc.array(fc.nat(), { maxLength: 8 }), async (lines, isEnded, places) => {
      const whole = Buffer.concat(lines.flatMap((line, i) => (i < lines.length - 1 || isEnded ? [line, LF] : [line])));
      // An LF within a line of this test ends it, too; what is left without one is a line only if there is something of it.
      const parts = whole.toString('latin1').split('\n').map((part) => Buffer.from(part, 'latin1').toString('utf8'));
      if (parts.at(-1) === '') parts.pop();
      expect(await read(cut(whole, places))).toEqual(parts.map(parseLine));
    }),
    { numRuns: 3000 },
  );
});

describe('a request is read without JSON.parse', () => {
  const lines: [string, string][] = [
    ['of Locust', '["req",1234567,"execute",45678,"ok",200,{"exec":true,"checks":[2,[]],"connectMicros":812,"startLagMicros":-3}]'],
    ['of Artillery', '["req",0,"poll status",1,"check_failed",200,{"bytes":1234,"exec":true,"checks":[1,["a price","é \\"b\\""]],"detail":"a price: 7 is no number"}]'],
    ['of k6', '["req",259200000000,"execute",0,"timeout",0,{"exec":true,"iteration":17,"users":3,"detail":"request timeout"}]'],
    ['with a name that is not ASCII', '["req",5,"prüfen \\u20ac",7,"ok",200,{}]'],
    ['without more', '["req",-5,"execute",7,"http_5xx",503]'],
  ];
  test.each(lines)('%s', (_of, line) => {
    const found = new RequestReader().read(Buffer.from(`${line}\n`), 0);
    expect(found).not.toBeNull();
    expect(found).toEqual(parseLine(line));
  });
  test('and each is the same when it was read before', () => {
    const reader = new RequestReader();
    for (const [, line] of [...lines, ...lines]) expect(reader.read(Buffer.from(`${line}\n`), 0)).toEqual(parseLine(line));
  });
});

describe('texts that come again', () => {
  const named = (name: string) => Buffer.from(`["req",1,${JSON.stringify(name)},7,"ok",200]\n`);
  test('are the same, however many others there were', () => {
    const reader = new RequestReader();
    for (let i = 0; i < 50_000; i++) expect(reader.read(named(`name ${i % 5000}`), 0)?.name).toBe(`name ${i % 5000}`);
  });
});

describe('a line that is too long', () => {
  const begin = (bytes: number) => Buffer.from(`["begin",1,"k6","2.2.0",1700000000000,{"planHash":"","workflowHash":"","scriptHash":"","plan":"${'p'.repeat(bytes)}"}]\n`);
  const long = Buffer.from(`["req",1,"execute",7,"other",0,{"detail":"${'x'.repeat(10_000_000)}"}]\n`);
  const next = Buffer.from('["req",1,"execute",7,"ok",200]\n');
  const kinds = async (...chunks: Buffer[]) => (await read(chunks)).map((line) => line?.kind ?? null);

  test('is not of the protocol, and the next is read again', async () => {
    const whole = Buffer.concat([long, next]);
    expect(await kinds(begin(1), whole)).toEqual(['begin', null, 'request']);
    expect(await kinds(begin(1), ...cut(whole, [0, 1000, 5_000_000, 9_999_999, whole.length - 1]))).toEqual(['begin', null, 'request']);
  });
  test('also when it is the last, without an end', async () => expect(await kinds(begin(1), long.subarray(0, -1))).toEqual(['begin', null]));
  test('but the first may hold a plan with its inputs', async () => expect(await kinds(begin(10_000_000), next)).toEqual(['begin', 'request']));
  test('unless that has no end either', async () => expect(await kinds(begin(34_000_000), next)).toEqual([null, 'request']));
});

test('nothing gives no line, an empty line is one', async () => {
  expect(await read([])).toEqual([]);
  expect(await read([Buffer.from('\n\n')])).toEqual([null, null]);
});
