/**
 * What loadtest.yml may hold. Artillery itself passes by what it does not know: a misspelt phase makes no load, a misspelt hook
 * measures nothing, and the exit code is 0.
 */
import { z } from 'zod';

const text = z.string().min(1);
const functions = z.union([text, z.array(text).min(1)], 'it must name a function');
const anything = z.unknown().optional();

/** Only phases of `arrivalCount` let all virtual users arrive in one worker, where they wait for each other. */
const phase = z.strictObject({ name: text.optional(), duration: z.number().positive(), arrivalCount: z.int().positive(), maxVusers: z.int().positive().optional() });

const request = z.strictObject({
  name: text,
  url: text,
  ifTrue: text.optional(),
  followRedirect: z.boolean(),
  beforeRequest: functions.optional(),
  afterResponse: functions.optional(),
  ...Object.fromEntries(['headers', 'cookie', 'qs', 'json', 'body', 'form', 'formData', 'gzip', 'auth', 'capture', 'match', 'probability'].map((key) => [key, anything])),
});

export const VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;

const KINDS = ['function', 'loop', 'think', 'log', ...VERBS] as const;

const step: z.ZodType = z
  .strictObject({
    function: text.optional(),
    think: z.union([z.number(), text]).optional(),
    log: text.optional(),
    loop: z.lazy(() => z.array(step).min(1)).optional(),
    whileTrue: text.optional(),
    count: z.union([z.int(), text]).optional(),
    ...Object.fromEntries(VERBS.map((verb) => [verb, request.optional()])),
  })
  .refine((value: object) => KINDS.filter((kind) => kind in value).length === 1, `A step is one of ${KINDS.join(', ')}.`);

const hook = z.strictObject({ flow: z.array(z.strictObject({ function: text })).min(1) });

export const script = z.strictObject({
  config: z.strictObject({
    target: text,
    processor: text,
    phases: z.array(phase).min(1),
    ...Object.fromEntries(['http', 'plugins', 'variables', 'payload'].map((key) => [key, anything])),
  }),
  before: hook,
  after: hook,
  // Two scenarios would be chosen from at random.
  scenarios: z.tuple([z.strictObject({ name: text.optional(), beforeRequest: functions, afterResponse: functions, onError: functions, flow: z.array(step).min(1) })]),
});
