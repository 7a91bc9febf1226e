/** What goes into an execution, what is looked for in its answer, and what the user says of secrets. */
import { z } from 'zod';
import { whereJsonBreaks } from '../../workflow/broken-json.ts';
import { numeral } from '../../words/numeral.ts';
import { exactlyOne } from './one-of.ts';

export const ORDERS = ['sequential', 'random', 'unique'] as const;

/** Of JSON that an answer is to have. */
const MOST_CHARACTERS = 10_000;

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @param refuses a sentence about the parsed value; null: it is right
 * @param bom a leading one is dropped by who reads the text; default: it is no JSON
 */
const json = (refuses: (value: unknown) => string | null, { bom = false } = {}) =>
  z.string().superRefine((text, ctx) => {
    let message: string | null;
    try {
      message = refuses(JSON.parse(bom && text.startsWith('\ufeff') ? text.slice(1) : text));
    } catch {
      message = `This is not JSON: ${whereJsonBreaks(text)}.`;
    }
    if (message !== null) ctx.addIssue({ code: 'custom', message });
  });

const jsonText = json(() => null);
const jsonObjectText = json((value) => (isObject(value) ? null : 'Inputs are one JSON object, for example {"n": 7}.'), { bom: true }).max(10_000_000, 'At most 10 MB.');

export const inputs = exactlyOne({
  fixed: jsonObjectText.optional(),
  dataset: z
    .strictObject({
      format: z.enum(['csv', 'json'], 'Give csv or json.'),
      text: z.string().max(10_000_000, 'At most 10 MB.'),
      order: z.enum(ORDERS, `Give one of ${ORDERS.join(', ')}.`),
      /** Of the order random; default: from the plan itself, so that one plan always sends the same rows. */
      seed: z.int('Give a whole number.').min(0, 'Give 0 or more.').max(2 ** 31 - 1, 'That seed is too large.').optional(),
    })
    .superRefine(({ order, seed }, ctx) => {
      if (seed !== undefined && order !== 'random') ctx.addIssue({ code: 'custom', path: ['seed'], message: 'Only the order random has a seed.' });
    })
    .optional(),
});

/** RFC 6901. */
const jsonPointer = z.string().max(1000).regex(/^(\/([^~]|~[01])*)?$/, 'A JSON pointer begins with /: give for example /status or /outputs/calc/result.');

export const checks = z
  .array(
    z.strictObject({
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a name is one line
      name: z.string().regex(/^[^\u0000-\u001f]{1,100}$/, 'Give the check a name of 1 to 100 characters on one line.'),
      path: jsonPointer,
      equals: jsonText.max(MOST_CHARACTERS, `At most ${numeral(MOST_CHARACTERS)} characters.`),
    }),
  )
  .max(50, 'At most 50 checks.')
  .superRefine((list, ctx) => {
    list.forEach(({ name }, i) => {
      if (list.findIndex((check) => check.name === name) !== i) ctx.addIssue({ code: 'custom', path: [i, 'name'], message: 'Another check has this name.' });
    });
  });

export const secrets = z.array(z.strictObject({ path: jsonPointer, secret: z.boolean() })).max(1000, 'At most 1000 marks.');
