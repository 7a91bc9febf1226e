/** Inputs as scripts make them: JavaScript and Python held to one file of examples, to each other, and to chance. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileJson } from '../../server/inputs/generators.ts';
import type { Part } from '../../server/inputs/part.ts';

type Spec = { readonly kind: 'parts' } | { readonly kind: 'rows'; readonly order: 'sequential' | 'random' | 'unique'; readonly count: number };

interface Case {
  readonly spec: Spec;
  readonly text: string;
  readonly seed: number;
  readonly shard: readonly [index: number, count: number];
  readonly nowMs: number;
  readonly iterations: readonly number[];
}

interface Vectors {
  readonly murmur3: readonly { readonly words: readonly number[]; readonly seed: number; readonly expected: number }[];
  readonly inputs: readonly (Omit<Case, 'text' | 'iterations'> & { readonly name: string; readonly parts?: readonly Part[]; readonly rows?: readonly string[]; readonly expected: readonly [number, string | null][] })[];
}

const at = (path: string) => new URL(path, import.meta.url);
const vectors = JSON.parse(readFileSync(at('../../templates/shared/vectors/inputs.json'), 'utf8')) as Vectors;
const vectorCases = vectors.inputs.map(({ parts, rows, expected, ...rest }): Case & { name: string; expected: (string | null)[] } => ({
  ...rest,
  text: parts ? JSON.stringify(parts) : `${(rows ?? []).join('\n')}\n`,
  iterations: expected.map(([iteration]) => iteration),
  expected: expected.map(([, inputs]) => inputs),
}));

// biome-ignore lint/suspicious/noExplicitAny: a constant file of the bundles, in plain JavaScript
const { newInputs, murmur3 } = (await import(at('../../templates/shared/bundle/inputs.js').href)) as any;

function inJavaScript({ spec, text, seed, shard, nowMs, iterations }: Omit<Case, 'text'> & { readonly text: string | readonly string[] }): (string | null)[] {
  let calls = 0;
  const uuid = () => `00000000-0000-4000-8000-${String(++calls).padStart(12, '0')}`;
  const inputsOf = newInputs(spec, text, { seed, shard, uuid, nowMs: () => nowMs });
  return iterations.map((iteration) => inputsOf(iteration));
}

const python = spawnSync('python3', ['--version']).status === 0;
/** One process for all of them. */
function inPython(inputs: readonly Case[]): { inputs: (string | null)[][]; murmur3: number[] } {
  const args = [fileURLToPath(at('inputs-vectors.py')), fileURLToPath(at('../../templates/locust/instrument/'))];
  const options = { input: JSON.stringify({ inputs, murmur3: vectors.murmur3 }), encoding: 'utf8' as const, maxBuffer: 1e9 };
  return JSON.parse(execFileSync('python3', args, options)) as { inputs: (string | null)[][]; murmur3: number[] };
}

describe('in JavaScript', () => {
  test.each(vectorCases)('$name', (vector) => {
    expect(inJavaScript(vector)).toEqual(vector.expected);
  });

  test('rows may be an array that the script has split already', () => {
    for (const vector of vectorCases.filter(({ spec }) => spec.kind === 'rows')) expect(inJavaScript({ ...vector, text: vector.text.split('\n') })).toEqual(vector.expected);
  });

  test('the hash is MurmurHash3', () => {
    expect(vectors.murmur3.map(({ words, seed }) => murmur3(words, seed))).toEqual(vectors.murmur3.map(({ expected }) => expected));
  });

  test('an order and a generator that it does not know stop the script', () => {
    const options = { seed: 0, shard: [0, 1], uuid: () => '', nowMs: () => 0 };
    expect(() => newInputs({ kind: 'rows', order: 'shuffled', count: 1 }, '{}', options)).toThrow('shuffled');
    expect(() => newInputs({ kind: 'parts' }, '[{"workflow":true}]', options)).toThrow('workflow');
  });
});

/** Text with generators, as a user may write it: anything JSON around them. */
const generator = fc.oneof(
  fc.constantFrom('{"$uuid":true}', '{"$now":"iso"}', '{ "$now": "ms" }', '{"$now":"s"}'),
  fc.integer({ min: -1000, max: 2 ** 40 }).map((start) => `{"$counter":${start}}`),
  fc.oneof(fc.tuple(fc.maxSafeInteger(), fc.maxSafeInteger()), fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }))).map(([a, b]) => (Math.abs(a - b) > Number.MAX_SAFE_INTEGER ? '{"$int":[0,9007199254740991]}' : `{"$int":[${Math.min(a, b)},${Math.max(a, b)}]}`)),
  fc.array(fc.oneof(fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)), fc.constantFrom('1e400', '12345678901234567890', 'true', 'false', '-0.0')), { minLength: 1, maxLength: 5 }).map((values) => `{"$pick":[${values.join(',')}]}`),
);
const text = fc.array(fc.oneof(fc.string({ unit: 'binary' }).map((part) => JSON.stringify(part)), generator), { minLength: 1, maxLength: 6 }).map((parts) => `{"$text":[${parts.join(' , ')}]}`);
const withGenerators = fc.array(fc.oneof(fc.json(), generator, text), { maxLength: 6 }).map((values) => `[${values.join(',\n')}]`);
const shard = fc.integer({ min: 1, max: 7 }).chain((count) => fc.tuple(fc.integer({ min: 0, max: count - 1 }), fc.constant(count)));
const iterations = fc.array(fc.oneof(fc.nat(50), fc.integer({ min: 0, max: 2 ** 49 })), { maxLength: 6 });
const common = { seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }), shard, nowMs: fc.integer({ min: 0, max: 4e12 }), iterations };
const partsCase = fc.record({ spec: fc.constant({ kind: 'parts' as const }), text: withGenerators.map((json) => compileJson(json).parts).filter((parts) => parts.length > 0).map((parts) => JSON.stringify(parts)), ...common });
const rowsCase = fc
  .tuple(fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })).map((row) => JSON.stringify(row)), { minLength: 1, maxLength: 9 }), fc.constantFrom('sequential' as const, 'random' as const, 'unique' as const))
  .chain(([rows, order]): fc.Arbitrary<Case> => fc.record({ spec: fc.constant({ kind: 'rows' as const, order, count: rows.length }), text: fc.constant(rows.join('\n')), ...common }));

describe.skipIf(!python)('in Python (needs python3)', () => {
  const random = fc.sample(fc.oneof(partsCase, partsCase, rowsCase), { numRuns: 2000, seed: 20_260_105 });
  let out: ReturnType<typeof inPython>;
  beforeAll(() => {
    out = inPython([...vectorCases, ...random]);
  });

  test.each(vectorCases.map((vector, i) => ({ ...vector, i })))('$name', ({ i, expected }) => {
    expect(out.inputs[i]).toEqual(expected);
  });

  test('the hash is MurmurHash3', () => {
    expect(out.murmur3).toEqual(vectors.murmur3.map(({ expected }) => expected));
  });

  test('whatever the inputs are, it makes the same of them as JavaScript', () => {
    random.forEach((given, i) => {
      expect(out.inputs[vectorCases.length + i], JSON.stringify(given)).toEqual(inJavaScript(given));
    });
  });
});

test('what comes out is JSON again', () => {
  fc.assert(
    fc.property(partsCase, (given) => {
      for (const inputs of inJavaScript(given)) expect(() => JSON.parse(inputs ?? '')).not.toThrow();
    }),
  );
});

describe('what is drawn by chance', () => {
  const draws = 10_000;
  const values = (seed: number, parts: readonly Part[], shardOf: readonly [number, number] = [0, 1], spread = 1) =>
    inJavaScript({ spec: { kind: 'parts' }, text: JSON.stringify(parts), seed, shard: shardOf, nowMs: 0, iterations: Array.from({ length: draws }, (_, i) => i * spread) }) as string[];

  /** Chi-square against a uniform distribution over so many kinds of values. */
  function chiSquare(drawn: readonly string[], kinds: number): number {
    const counts = new Map<string, number>();
    for (const value of drawn) counts.set(value, (counts.get(value) ?? 0) + 1);
    const expected = drawn.length / kinds;
    return [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, (kinds - counts.size) * expected);
  }

  /** Exceeded once in a million by a fair generator: Wilson and Hilferty's approximation of the chi-square quantile. */
  const limit = (kinds: number) => (kinds - 1) * (1 - 2 / (9 * (kinds - 1)) + 4.753 * Math.sqrt(2 / (9 * (kinds - 1)))) ** 3;

  const digit: Part = { int: [0, 9] };
  test.each([0, 1, 2, 42, 2 ** 31, 2 ** 32 - 1])('seed %i: integers are spread evenly, alone, in pairs, and from one iteration to the next', (seed) => {
    const alone = values(seed, [digit]);
    expect(chiSquare(alone, 10)).toBeLessThan(limit(10));
    expect(chiSquare(values(seed, [digit, ' ', digit]), 100)).toBeLessThan(limit(100));
    expect(chiSquare(alone.slice(1).map((value, i) => `${alone[i]} ${value}`), 100)).toBeLessThan(limit(100));
  });

  test.each([7, 2 ** 16, 2 ** 32])('iterations that lie %i apart, on shard 3 of 5', (spread) => {
    expect(chiSquare(values(1, [digit], [3, 5], spread), 10)).toBeLessThan(limit(10));
  });

  test('neighbouring seeds have nothing to do with each other', () => {
    const [one, other] = [values(7, [digit]), values(8, [digit])];
    expect(chiSquare(one.map((value, i) => `${value} ${other[i]}`), 100)).toBeLessThan(limit(100));
  });

  test('a range of 2^53 reaches all of it, down to the last bit', () => {
    const wide = values(1, [{ int: [0, Number.MAX_SAFE_INTEGER] }]).map(BigInt);
    expect(chiSquare(wide.map((value) => String(value % 16n)), 16)).toBeLessThan(limit(16));
    expect(chiSquare(wide.map((value) => String(value >> 49n)), 16)).toBeLessThan(limit(16));
  });

  test('picks and rows, too', () => {
    expect(chiSquare(values(5, [{ pick: ['1', '2', '3'] }]), 3)).toBeLessThan(limit(3));
    const rows = Array.from({ length: 50 }, (_, i) => `{"n":${i}}`);
    const drawn = inJavaScript({ spec: { kind: 'rows', order: 'random', count: 50 }, text: rows, seed: 3, shard: [0, 1], nowMs: 0, iterations: Array.from({ length: draws }, (_, i) => i) });
    expect(chiSquare(drawn as string[], 50)).toBeLessThan(limit(50));
  });
});
