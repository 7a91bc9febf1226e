/**
 * The `TestPlan`: what a user asks for, in the shape of `PlanInput`. Framework-neutral and pure, so that the form in the
 * panel and the server refuse the same things with the same words. Defaults are filled in by `resolve.ts`, not here:
 * a stored plan can be sent back as it is.
 */
import { z } from 'zod';
import type { Problem } from '../workflow/problem.ts';
import { plannedIterations } from './load.ts';
import { loadOf } from './presets.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export const PRESETS = ['smoke', 'constant', 'ramp', 'spike', 'stress', 'soak', 'breakpoint'] as const;
export type Preset = (typeof PRESETS)[number];

export const STATISTICS = ['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const;
export type Statistic = (typeof STATISTICS)[number];

const stageDuration = z
  .int('Give whole milliseconds.')
  .min(0, 'A stage cannot take less than 0 ms.')
  .max(DAY_MS, 'A stage can take 24 hours at most.');

const closedStage = z.strictObject({
  durationMs: stageDuration,
  users: z.int('Give a whole number of users.').min(0, 'Users cannot be negative.').max(100_000, 'At most 100,000 users.'),
});

const openStage = z.strictObject({
  durationMs: stageDuration,
  ratePerSecond: z.number('Give a number.').min(0, 'A rate cannot be negative.').max(100_000, 'At most 100,000 iterations per second.'),
});

function stagesOf<T extends typeof closedStage | typeof openStage>(stage: T, level: 'users' | 'ratePerSecond') {
  return z
    .array(stage)
    .min(1, 'Give at least one stage.')
    .max(100, 'At most 100 stages.')
    .superRefine((stages, ctx) => {
      const list = stages as readonly { durationMs: number; users?: number; ratePerSecond?: number }[];
      const total = list.reduce((sum, s) => sum + s.durationMs, 0);
      if (total < 1000) ctx.addIssue({ code: 'custom', message: 'The stages last less than 1 second together.' });
      if (total > DAY_MS) ctx.addIssue({ code: 'custom', message: 'The stages last more than 24 hours together.' });
      if (list.every((s) => (s[level] ?? 0) === 0)) {
        const what = level === 'users' ? '1 user or more' : 'a rate above 0';
        ctx.addIssue({ code: 'custom', message: `No load: at least one stage must have ${what}.` });
      }
    });
}

/** Exactly one of the named members must be there (a GraphQL @oneOf input, with the path of the member kept in errors). */
function exactlyOne<S extends z.ZodRawShape>(shape: S) {
  const names = Object.keys(shape);
  return z.strictObject(shape).superRefine((value, ctx) => {
    const given = names.filter((name) => (value as Record<string, unknown>)[name] !== undefined);
    if (given.length !== 1) ctx.addIssue({ code: 'custom', message: `Give exactly one of ${names.join(', ')}.` });
  });
}

const presetLoad = z
  .strictObject({
    key: z.enum(PRESETS, `Give one of ${PRESETS.join(', ')}.`),
    users: z.int('Give a whole number of users.').min(1, 'Give 1 user or more.').max(100_000, 'At most 100,000 users.').optional(),
    ratePerSecond: z.number('Give a number.').positive('Give a rate above 0.').max(100_000, 'At most 100,000 iterations per second.').optional(),
    durationMs: z.int('Give whole milliseconds.').min(1000, 'Give 1,000 ms or more.').max(DAY_MS, 'At most 24 hours.').optional(),
  })
  .superRefine((preset, ctx) => {
    if (preset.users !== undefined && preset.ratePerSecond !== undefined)
      ctx.addIssue({ code: 'custom', path: ['ratePerSecond'], message: 'Give users (closed model) or ratePerSecond (open model), not both.' });
    if (preset.key === 'smoke' && preset.ratePerSecond !== undefined)
      ctx.addIssue({ code: 'custom', path: ['ratePerSecond'], message: 'A smoke test is 1 user and 5 iterations; it has no rate.' });
  });

const load = exactlyOne({
  closed: z.strictObject({ stages: stagesOf(closedStage, 'users') }).optional(),
  open: z
    .strictObject({
      stages: stagesOf(openStage, 'ratePerSecond'),
      maxUsers: z.int('Give a whole number of users.').min(1, 'Give 1 or more: it is how many iterations may be in flight.').max(100_000, 'At most 100,000.'),
    })
    .optional(),
  preset: presetLoad.optional(),
});

/**
 * Variables that mean something to the tool, its interpreter, its libraries or the script: a token under such a name would be a
 * setting instead (NODE_OPTIONS runs code, LOAD_TEST_TARGET sends the load to another target than the one that was allowed).
 */
const TAKEN =
  /^(PATH|HOME|PWD|SHELL|USER|IFS|ENV|TZ|TMPDIR|TE?MP|LANG|LANGUAGE|LC_\w*|BASH\w*|LD_\w*|DYLD_\w*|GLIBC_\w*|GCONV_PATH|MALLOC_\w*|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|NODE|NODE_\w*|NPM_\w*|PYTHON\w*|VIRTUAL_ENV|GEVENT\w*|GREENLET\w*|LOCUST_\w*|K6_\w*|ARTILLERY_\w*|GO(DEBUG|GC|MAXPROCS|MEMLIMIT|TRACEBACK|COVERDIR|RACE|FIPS\w*)|OPENSSL_\w*|SSL_\w*|SSLKEYLOGFILE|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|\w*_PROXY|DEBUG|DEBUG_\w*|LOAD_TEST_(TARGET|SAMPLES|CA|CHECK|TOOL\w*))$/i;

/** Names that a shell, Python and k6 all take (k6: `^[a-zA-Z_][a-zA-Z0-9_]*$`). */
const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'Give the name of an environment variable: letters, digits and _.')
  .refine((name) => !TAKEN.test(name), 'This variable is a setting of the tool or of the script: take another name, for example LOAD_TEST_TOKEN.');

const auth = exactlyOne({
  none: z.boolean().optional(),
  bearer: z.strictObject({ variable }).optional(),
});

/** ASCII: other letters go out as Latin-1 from one tool and as UTF-8 from another. */
const headerValue = z.string().max(4096, 'At most 4,096 characters.').regex(/^[ -~]*$/, 'A header value holds printable ASCII characters only.');
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'That is not a header name.');
/** Set by the product, the same in all three frameworks; a user's value would make them differ. */
const OWN_HEADERS = ['content-length', 'content-type', 'host', 'connection', 'transfer-encoding', 'accept-encoding', 'user-agent', 'idempotency-key', 'cookie'];

const baseUrl = z.string().max(2000).superRefine((text, ctx) => {
  const refuse = (message: string) => ctx.addIssue({ code: 'custom', message });
  const url = URL.parse(text);
  if (!url) return refuse('Give the address of the target, for example http://127.0.0.1:8000.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refuse('Only http and https addresses can be tested.');
  if (url.username || url.password) return refuse('Leave user and password out of the address: credentials come from environment variables.');
  if (url.search || url.hash) refuse('Leave the query and the fragment out of the address.');
  // Readers of addresses differ on these: one could see another host in them than the one that was allowed.
  else if (!/^https?:\/\/[^\s/?#@\\]+(\/[^\s?#@\\]*)?$/i.test(text)) refuse('Write the address without spaces, backslashes and @, for example http://127.0.0.1:8000/app.');
});

const target = z
  .strictObject({
    preset: z.enum(['studio', 'gateway'], 'Give studio or gateway.'),
    baseUrl,
    path: z.string().max(2000).regex(/^\/[!-~]*$/, 'A path starts with / and holds no spaces.').optional(),
    headers: z
      .array(
        z.strictObject({
          name: headerName.refine((n) => !OWN_HEADERS.includes(n.toLowerCase()), 'This header is set by the script itself.'),
          value: headerValue,
        }),
      )
      .max(50, 'At most 50 headers.')
      .optional(),
    workflowName: z.string().regex(/^[^/\s?#%]{1,200}$/, 'Give the name the workflow is registered under, without / and spaces.').optional(),
    auth: auth.optional(),
    failOnSuccessFalse: z.boolean().optional(),
  })
  .superRefine((t, ctx) => {
    if (t.preset === 'gateway' && t.workflowName === undefined && t.path === undefined)
      ctx.addIssue({ code: 'custom', path: ['workflowName'], message: 'A gateway runs workflows by name: give the name it is registered under.' });
    if (t.preset === 'studio' && t.workflowName !== undefined)
      ctx.addIssue({ code: 'custom', path: ['workflowName'], message: 'Studio is sent the definition itself; a workflow name belongs to the gateway preset.' });
  });

const jsonObjectText = z.string().max(10_000_000, 'At most 10 MB.').superRefine((text, ctx) => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) ctx.addIssue({ code: 'custom', message: 'Inputs are one JSON object, for example {"n": 7}.' });
  } catch (error) {
    ctx.addIssue({ code: 'custom', message: `This is not JSON: ${(error as Error).message}.` });
  }
});

const METRICS = { latency: 'Latency', error_ratio: 'An error ratio', throughput: 'Throughput' } as const;

const objective = z
  .strictObject({
    metric: z.enum(['latency', 'error_ratio', 'throughput'], 'Give latency, error_ratio or throughput.'),
    statistic: z.enum(STATISTICS, `Give one of ${STATISTICS.join(', ')}.`).optional(),
    comparison: z.enum(['<', '<=', '>', '>='], 'Give <, <=, > or >=.'),
    value: z.number('Give a number.').min(0, 'A limit cannot be negative.').max(1e9, 'That limit is too large.'),
    requestName: z.string().min(1).max(200).optional(),
    during: z.enum(['steady', 'whole'], 'Give steady or whole.').optional(),
  })
  .superRefine((o, ctx) => {
    const refuse = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    const upper = o.comparison === '<' || o.comparison === '<=';
    if (o.metric === 'latency' && o.statistic === undefined) refuse('statistic', `Latency needs a statistic: one of ${STATISTICS.join(', ')}.`);
    if (o.metric !== 'latency' && o.statistic !== undefined) refuse('statistic', `${METRICS[o.metric]} has no statistic.`);
    if (o.metric === 'throughput' && upper) refuse('comparison', 'Throughput is judged with >= or >.');
    if (o.metric !== 'throughput' && !upper) refuse('comparison', `${METRICS[o.metric]} is judged with < or <=.`);
    if (o.metric === 'error_ratio' && o.value > 1) refuse('value', 'An error ratio lies between 0 and 1: 1 % is 0.01.');
    if (o.metric === 'throughput' && o.requestName !== undefined) refuse('requestName', 'Throughput is judged on executions.');
  });

export const testPlan = z
  .strictObject({
    target,
    load,
    inputs: exactlyOne({ fixed: jsonObjectText.optional() }).optional(),
    thinkTime: z
      .strictObject({
        minMs: z.int('Give whole milliseconds.').min(0, 'Think time cannot be negative.').max(3_600_000, 'At most one hour.'),
        maxMs: z.int('Give whole milliseconds.').min(0, 'Think time cannot be negative.').max(3_600_000, 'At most one hour.'),
      })
      .refine((t) => t.minMs <= t.maxMs, { path: ['maxMs'], message: 'The longest think time is shorter than the shortest.' })
      .optional(),
    requestTimeoutMs: z.int('Give whole milliseconds.').min(10, 'Give 10 ms or more.').max(3_600_000, 'At most one hour.').optional(),
    warmUpMs: z.int('Give whole milliseconds.').min(0, 'The warm-up cannot be negative.').max(DAY_MS).optional(),
    connections: z.enum(['reuse', 'perIteration'], 'Give reuse or perIteration.').optional(),
    objectives: z.array(objective).max(50, 'At most 50 objectives.').optional(),
  })
  .superRefine((plan, ctx) => {
    const open = plan.load.open !== undefined || plan.load.preset?.ratePerSecond !== undefined;
    const path = plan.load.open ? ['load', 'open', 'stages'] : ['load', 'preset', 'ratePerSecond'];
    if (open && plannedIterations(loadOf(plan.load)) === 0) ctx.addIssue({ code: 'custom', path, message: 'No load: at this rate not one iteration starts before the plan is over.' });
    if (plan.load.preset?.key === 'smoke')
      plan.objectives?.forEach(({ metric }, i) => {
        if (metric === 'throughput')
          ctx.addIssue({ code: 'custom', path: ['objectives', i, 'metric'], message: 'A smoke test ends after 5 iterations, however long they take: it has no throughput to judge.' });
      });
    if (open && plan.thinkTime !== undefined)
      ctx.addIssue({ code: 'custom', path: ['thinkTime'], message: 'Think time belongs to the closed model; in the open model the rate decides when an iteration starts.' });
  });

export type TestPlan = z.infer<typeof testPlan>;
export type Objective = z.infer<typeof objective>;

/** `['load', 'closed', 'stages', 2, 'users']` reads `load.closed.stages[2].users`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`)).join('');
}

export type ParsedPlan = { readonly plan: TestPlan; readonly problems?: undefined } | { readonly plan?: undefined; readonly problems: readonly Problem[] };

/** Reads a plan. Members that are null count as absent (GraphQL sends null for what was left out). Never throws. */
export function parsePlan(input: unknown): ParsedPlan {
  const result = testPlan.safeParse(withoutNulls(input));
  if (result.success) {
    const problems = brokenTexts(result.data);
    return problems.length === 0 ? { plan: result.data } : { problems };
  }
  return { problems: result.error.issues.map((issue) => ({ path: pathText(issue.path), message: sentence(issue) })) };
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `Not known here: ${issue.keys.join(', ')}.`;
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) return 'This is missing or of the wrong type.';
  return issue.message;
}

/** Half of a character pair has no UTF-8: it can neither be sent nor hashed. A NUL is kept by no column of PostgreSQL. */
function brokenTexts(value: unknown, path: readonly PropertyKey[] = []): Problem[] {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return [{ path: pathText(path), message: 'This holds half of a character pair (a lone surrogate): write it as an escape, or take it out.' }];
    return value.includes('\0') ? [{ path: pathText(path), message: 'This holds a NUL character: take it out.' }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const members: [PropertyKey, unknown][] = Array.isArray(value) ? value.map((member, i) => [i, member]) : Object.entries(value);
  return members.flatMap(([key, member]) => brokenTexts(member, [...path, key]));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}
