/** All configuration, from the environment, in one place. A wrong value stops the start with its name. */
import path from 'node:path';
import { z } from 'zod';
import { clouds } from '../server/clouds/index.ts';
import type { Limits } from '../server/context.ts';
import type { KeepIntervals } from '../server/run/keep/store.ts';
import { readAllowedTarget } from './allowed-target.ts';

/** What is no number, too, is told what is expected. */
const whole = (least: number, most: number, expected: string) => z.coerce.number(expected).int(expected).min(least, expected).max(most, expected);
const port = whole(0, 65_535, 'must be a whole number from 0 to 65535');
const MEGABYTE = 1_000_000;
const positive = whole(1, Number.MAX_SAFE_INTEGER, 'must be a whole number above 0');
const runsAtOnce = whole(1, 100, 'must be a whole number from 1 to 100');
const ABOVE_0 = 'must be a number above 0';
const key = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64 (openssl rand -base64 32)');
const allowedTarget = z.string().transform((text, { issues, value }) => {
  const target = readAllowedTarget(text);
  if (target !== null) return target;
  issues.push({ code: 'custom', input: value, message: `${JSON.stringify(text)} is neither an origin (https://api.example.com) nor a host name, with or without a port` });
  return z.NEVER;
});

/** A number for all, and after it for organizations that have another one: `90,acme=30,lab=0`. */
const perOrganization = (pattern: RegExp, expected: string) =>
  z.string().transform((text, { issues, value }): { readonly all: number; readonly of: Readonly<Record<string, number>> } => {
    const [all, ...others] = text.split(',').map((part) => part.trim());
    const of = others.map((other) => {
      // An id may hold a sign of equality, a number holds none.
      const [, id = '', number = ''] = /^(.+)=(.*)$/.exec(other) ?? [];
      return { id, number };
    });
    if ([all, ...of.map(({ number }) => number)].every((each) => pattern.test(each ?? '')) && of.every(({ id }) => id !== '')) return { all: Number(all), of: Object.fromEntries(of.map(({ id, number }) => [id, Number(number)])) };
    issues.push({ code: 'custom', input: value, message: expected });
    return z.NEVER;
  });

const COST = 'must be an amount in USD for 30 days; and after it, for organizations that have another one, id=amount: 50,acme=200,lab=0';
const cloudCost = perOrganization(/^\d{1,9}(\.\d{1,4})?$/, COST).transform(({ all, of }) => (organizationId: string): number => (Object.hasOwn(of, organizationId) ? (of[organizationId] ?? all) : all));
const DAYS = 'must be a number of days, 0 for ever; and after it, for organizations that have another one, id=days: 90,acme=30,lab=0';
const keepIntervals = perOrganization(/^\d{1,5}$/, DAYS).transform(({ all, of }): KeepIntervals => ({ days: all, daysOf: of }));

/** What a command that runs a script reads, too. */
const forScripts = {
  LOAD_TESTING_DATA_DIR: z.string().min(1).default('.load-testing'),
  /** Templates of the operator's own: code, never text of a tenant. */
  LOAD_TESTING_TEMPLATES_DIR: z.string().min(1).optional(),
  LOAD_TESTING_STOP_GRACE_MS: positive.default(5000),
  LOCUST_PATH: z.string().min(1).optional(),
  ARTILLERY_PATH: z.string().min(1).optional(),
  K6_PATH: z.string().min(1).optional(),
  /** Of whoever brings results to a server. */
  LOAD_TESTING_TOKEN: z.string().min(1).optional(),
};

/** What a run may take of the machine that it is made on, and see of it. */
const forRuns = {
  LOAD_TESTING_MAX_MEMORY_MB: positive.default(4000),
  LOAD_TESTING_MAX_OUTPUT_MB: positive.default(1000),
  LOAD_TESTING_MAX_FOLDER_MB: positive.default(1000),
  LOAD_TESTING_SANDBOX: z.enum(['auto', 'required', 'off'], 'must be auto, required or off').default('auto'),
};

const SHARD = 'must be the number of a shard, from 0';
const STAY = 'must be a number of milliseconds from 0 to 60000';

const schema = z.object({
  ...forScripts,
  PORT: port.default(4800),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
  /** Several, separated by commas: the first encrypts, all decrypt. */
  LOAD_TESTING_ENCRYPTION_KEY: z.string().transform((list) => list.split(',')).pipe(z.array(key).min(1)).optional(),
  LOAD_TESTING_ALLOWED_TARGETS: z.string().default('').transform((list) => list.split(',').map((item) => item.trim()).filter((item) => item !== '')).pipe(z.array(allowedTarget)),
  LOAD_TESTING_MAX_USERS: positive.default(1000),
  LOAD_TESTING_MAX_RATE: z.coerce.number(ABOVE_0).positive(ABOVE_0).default(2000),
  LOAD_TESTING_MAX_DURATION_MS: positive.default(4 * 60 * 60 * 1000),
  LOAD_TESTING_CONCURRENT_RUNS: runsAtOnce.default(1),
  LOAD_TESTING_CONCURRENT_RUNS_PER_ORGANIZATION: runsAtOnce.default(1),
  ...forRuns,
  LOAD_TESTING_MAX_IMPORT_MB: positive.default(1000),
  LOAD_TESTING_MAX_CLOUD_COST: cloudCost.optional(),
  LOAD_TESTING_KEEP_INTERVALS_DAYS: z.string().default('90').pipe(keepIntervals),
});

/** What one shard reads: it is no server, and has what it runs from its task. */
const forShards = {
  ...forScripts,
  ...forRuns,
  /** Its task, as the server packed it; or a file that holds it. */
  LOAD_TEST_TASK: z.string().min(1).optional(),
  LOAD_TEST_TASK_FILE: z.string().min(1).optional(),
  /** Its number, from 0: ours, that of an Indexed Job, that of Cloud Run. */
  LOAD_TEST_SHARD_INDEX: whole(0, 100_000, SHARD).optional(),
  JOB_COMPLETION_INDEX: whole(0, 100_000, SHARD).optional(),
  CLOUD_RUN_TASK_INDEX: whole(0, 100_000, SHARD).optional(),
  /** Where it works. Default: below its data folder. */
  LOAD_TEST_SHARD_FOLDER: z.string().min(1).optional(),
  /** How long it stays after its last line: where little can be read of what a container printed once it has ended. */
  LOAD_TEST_STAY_MS: whole(0, 60_000, STAY).default(0),
};

/** Settings of clouds, which each of them reads itself. */
const ofClouds = clouds.flatMap(({ settings }) => Object.keys(settings.shape));
const known: ReadonlySet<string> = new Set([...Object.keys(schema.shape), ...ofClouds]);

const PREFIX = 'LOAD_TESTING_';

/** Of a command that runs a script, without a server. */
export interface ScriptConfig {
  /** Absolute: embedded database, tools, run folders, key. */
  readonly dataFolder: string;
  /** Absolute; null: the product's own templates only. */
  readonly customTemplates: string | null;
  readonly stopGraceMs: number;
  /** Explicit paths of tools by variable name. */
  readonly toolPaths: Readonly<Record<string, string | undefined>>;
  /** PATH of child processes: the running Node's folder first, so that tools written for it find it. */
  readonly searchPath: string;
  /** The whole environment, for pip and npm only. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface CiConfig extends ScriptConfig {
  /** For the server that results are brought to; null: none. */
  readonly token: string | null;
  /** Absolute: paths of its arguments begin here. */
  readonly startedIn: string;
}

export interface ShardConfig extends ScriptConfig {
  readonly index: number;
  readonly task: { readonly text: string } | { readonly file: string };
  /** Absolute. */
  readonly folder: string;
  readonly limits: Pick<Limits, 'maxMemoryBytes' | 'maxOutputBytes' | 'maxFolderBytes'>;
  readonly sandbox: 'auto' | 'required' | 'off';
  readonly stayMs: number;
}

export interface Config extends ScriptConfig {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string | null;
  readonly encryptionKeys: readonly Buffer[] | null;
  /** Origins or host names, as `readAllowedTarget` reads them, besides loopback and the host's own target. */
  readonly allowedTargets: readonly string[];
  readonly limits: Omit<Limits, 'allowedTargets'>;
  readonly keepIntervals: KeepIntervals;
  /** Whether tools run in bubblewrap: where it works, always (the start fails without it), never. */
  readonly sandbox: 'auto' | 'required' | 'off';
  /** Variables of clouds, as each of them reads them. */
  readonly cloudSettings: Readonly<Record<string, string>>;
  /** Variables that are named as settings of ours, and are none: misspelt, or of another version. */
  readonly unknown: readonly string[];
}

/** Throws one sentence per wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const { env, ...common } = read(schema, environment);
  return {
    ...common,
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL ?? null,
    encryptionKeys: env.LOAD_TESTING_ENCRYPTION_KEY ?? null,
    allowedTargets: env.LOAD_TESTING_ALLOWED_TARGETS,
    limits: {
      maxUsers: env.LOAD_TESTING_MAX_USERS,
      maxRatePerSecond: env.LOAD_TESTING_MAX_RATE,
      maxDurationMs: env.LOAD_TESTING_MAX_DURATION_MS,
      concurrentRuns: env.LOAD_TESTING_CONCURRENT_RUNS,
      concurrentRunsPerOrganization: env.LOAD_TESTING_CONCURRENT_RUNS_PER_ORGANIZATION,
      ...machineLimits(env),
      maxImportBytes: env.LOAD_TESTING_MAX_IMPORT_MB * MEGABYTE,
      maxCloudCost: env.LOAD_TESTING_MAX_CLOUD_COST ?? (() => null),
    },
    keepIntervals: env.LOAD_TESTING_KEEP_INTERVALS_DAYS,
    sandbox: env.LOAD_TESTING_SANDBOX,
    cloudSettings: cloudSettings(common.environment),
    unknown: Object.keys(common.environment).filter((name) => name.startsWith(PREFIX) && !known.has(name)),
  };
}

function cloudSettings(environment: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.fromEntries(ofClouds.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
  const issues = clouds.flatMap(({ settings }) => settings.safeParse(given).error?.issues ?? []);
  if (issues.length > 0) throw new Error(issues.map(sentence).join('\n'));
  return given;
}

/** Of a pipeline, where variables such as PORT and DATABASE_URL are somebody else's. Throws one sentence per wrong variable. */
export function readCiConfig(environment: NodeJS.ProcessEnv = process.env): CiConfig {
  const { env, ...common } = read(z.object(forScripts), environment);
  // npm starts scripts in the folder of their package; paths are meant from where its user stands.
  const startedIn = environment['npm_lifecycle_event'] === 'ci' ? environment['INIT_CWD'] : undefined;
  return { ...common, token: env.LOAD_TESTING_TOKEN ?? null, startedIn: startedIn ?? process.cwd() };
}

/** Of one shard. Throws one sentence per wrong variable. */
export function readShardConfig(environment: NodeJS.ProcessEnv = process.env): ShardConfig {
  const { env, ...common } = read(z.object(forShards), environment);
  const index = env.LOAD_TEST_SHARD_INDEX ?? env.JOB_COMPLETION_INDEX ?? env.CLOUD_RUN_TASK_INDEX;
  if (index === undefined) throw new Error('LOAD_TEST_SHARD_INDEX: must be the number of this shard, from 0');
  const { LOAD_TEST_TASK: text, LOAD_TEST_TASK_FILE: file } = env;
  const task = file !== undefined ? { file } : text !== undefined ? { text } : null;
  if (task === null) throw new Error('LOAD_TEST_TASK: must be what the server gives a shard to do; or LOAD_TEST_TASK_FILE, a file that holds it');
  return {
    ...common,
    index,
    task,
    folder: path.resolve(env.LOAD_TEST_SHARD_FOLDER ?? path.join(common.dataFolder, 'runs')),
    limits: machineLimits(env),
    sandbox: env.LOAD_TESTING_SANDBOX,
    stayMs: env.LOAD_TEST_STAY_MS,
  };
}

function machineLimits(env: z.infer<z.ZodObject<typeof forRuns>>): ShardConfig['limits'] {
  return { maxMemoryBytes: env.LOAD_TESTING_MAX_MEMORY_MB * MEGABYTE, maxOutputBytes: env.LOAD_TESTING_MAX_OUTPUT_MB * MEGABYTE, maxFolderBytes: env.LOAD_TESTING_MAX_FOLDER_MB * MEGABYTE };
}

function read<S extends z.ZodObject<typeof forScripts>>(settings: S, environment: NodeJS.ProcessEnv): ScriptConfig & { readonly env: z.infer<S> } {
  const given = Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const parsed = settings.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')));
  if (!parsed.success) throw new Error(parsed.error.issues.map(sentence).join('\n'));
  const env = parsed.data;
  return {
    env,
    dataFolder: path.resolve(env.LOAD_TESTING_DATA_DIR),
    customTemplates: env.LOAD_TESTING_TEMPLATES_DIR ? path.resolve(env.LOAD_TESTING_TEMPLATES_DIR) : null,
    stopGraceMs: env.LOAD_TESTING_STOP_GRACE_MS,
    toolPaths: { LOCUST_PATH: env.LOCUST_PATH, ARTILLERY_PATH: env.ARTILLERY_PATH, K6_PATH: env.K6_PATH },
    searchPath: [path.dirname(process.execPath), given['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(path.delimiter),
    environment: given,
  };
}

const sentence = ({ path: [name], message }: z.core.$ZodIssue): string => `${String(name)}: ${message}`;
