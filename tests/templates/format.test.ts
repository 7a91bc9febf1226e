/** Literals lie as the formatters of the languages lay them out, so that a formatted script is the generated one. */
import { format as ruff } from '@wasm-fmt/ruff_fmt';
import fc from 'fast-check';
import prettier from 'prettier';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsLiteral, pyLiteral, yamlText } from '../../templates/shared/quote.ts';

const word = fc.oneof(
  fc.constantFrom('name', 'data/definition.json', 'Bearer ', '{"inputs":', `it's`, `'"'`, '\\', '<script>', '\u2028', '\ud800', 'é', 'content-type', '/workflows/{execution}/status'),
  fc.string({ maxLength: 30 }),
  fc.string({ minLength: 50, maxLength: 90 }),
);
const key = fc.constantFrom('name', 'durationMs', 'target', 'content-type', 'x', 'headers', 'body', 'a b');
const values = fc.letrec<{ value: Literal; list: Literal[]; object: Record<string, Literal> }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, word, fc.integer({ min: -5, max: 100_000 }), fc.constantFrom(0.01, 2.5, 1e-7), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 5 }),
  // A list of numbers alone is laid out as a paragraph by Prettier; plans hold pairs of numbers only.
  object: fc.dictionary(key, tie('value'), { maxKeys: 6 }) as fc.Arbitrary<Record<string, Literal>>,
}));
type Literal = string | number | boolean | null | Literal[] | { [key: string]: Literal };

// A thousand of each take seconds.
describe('a literal is laid out', { timeout: 60_000 }, () => {
  test('as Prettier does it', async () => {
    await fc.assert(
      fc.asyncProperty(values.object, async (value) => {
        const text = `const PLAN = ${jsLiteral(value, 13)};\n`;
        expect(await prettier.format(text, { parser: 'babel' })).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test('as Ruff does it', () => {
    fc.assert(
      fc.property(values.object, (value) => {
        const text = `PLAN = ${pyLiteral(value, 7)}\n`;
        expect(ruff(text, 'plan.py')).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test('as Prettier does it in YAML, and YAML reads the text from it', async () => {
    // Addresses and names hold no spaces; at one Prettier would fold a long text.
    const text = fc.oneof(fc.stringMatching(/^[!-~]{0,40}$/), fc.stringMatching(/^["'\\/#:|{}a-z<]{0,12}$/));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const yaml = `url: ${yamlText(value)}\n`;
        expect(parse(yaml)).toEqual({ url: value });
        expect(await prettier.format(yaml, { parser: 'yaml' })).toBe(yaml);
      }),
      { numRuns: 1000 },
    );
  });
});
