/** What all shards of a run are given: the script and the instant, as one text. Files that stand in every bundle are in the shard's own program already, and only named. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Framework, ScriptFile } from '../../../templates/framework.ts';
import { GENERATOR_VERSION, hashOfFiles, type Script } from '../../script/generate.ts';
import { parsePlan } from '../../script/plan.ts';
import { type ResolvedPlan, resolvePlan } from '../../script/resolve.ts';

export interface Task {
  readonly runId: string;
  readonly framework: Framework;
  readonly script: Pick<Script, 'files' | 'entryFile'>;
  readonly plan: ResolvedPlan;
  /** Names of the variables that the script reads. */
  readonly variables: readonly string[];
  readonly shards: number;
  /** Plan second 0, epoch ms. */
  readonly startAt: number;
  /** Whatever happens it ends itself then, epoch ms. */
  readonly deadlineAt: number;
}

const shape = z.object({
  version: z.string(),
  runId: z.string(),
  framework: z.string(),
  scriptHash: z.string(),
  entryFile: z.string(),
  files: z.array(z.object({ path: z.string(), mediaType: z.string(), text: z.string().optional() })),
  plan: z.unknown(),
  variables: z.array(z.string()),
  shards: z.int().min(1),
  /** The scripts take whole milliseconds. */
  startAt: z.int(),
  deadlineAt: z.number(),
});

export interface NewTask extends Omit<Task, 'script' | 'variables'> {
  readonly script: Pick<Script, 'files' | 'entryFile' | 'hash' | 'variables'>;
}

/** ASCII. */
export function packed({ runId, framework, script, plan, shards, startAt, deadlineAt }: NewTask): string {
  const own = new Map(framework.instrument.map(({ path, text }) => [path, text]));
  const files = script.files.map(({ path, mediaType, text }) => ({ path, mediaType, ...(own.get(path) === text ? {} : { text }) }));
  const variables = script.variables.map(({ name }) => name);
  const task: z.infer<typeof shape> = { version: GENERATOR_VERSION, runId, framework: framework.key, scriptHash: script.hash, entryFile: script.entryFile, files, plan: plan.plan, variables, shards, startAt, deadlineAt };
  return gzipSync(JSON.stringify(task), { level: 9 }).toString('base64');
}

/** Throws a sentence. */
export function unpacked(text: string, frameworks: readonly Framework[]): Task {
  const { version, framework: key, scriptHash, entryFile, files, plan, ...rest } = read(text);
  const framework = frameworks.find((one) => one.key === key);
  const other = `This program is of another version (${GENERATOR_VERSION}) than the server that sent the task (${version}): build its image again from the version of the server.`;
  if (!framework) throw new Error(other);
  const own = new Map(framework.instrument.map((file) => [file.path, file.text]));
  const whole = files.map(({ path, mediaType, text: given }): ScriptFile => ({ path, mediaType, text: given ?? own.get(path) ?? '' }));
  if (hashOfFiles(whole) !== scriptHash) throw new Error(other);
  const parsed = parsePlan(plan);
  if (!parsed.plan) throw new Error(other);
  return { ...rest, framework, script: { files: whole, entryFile }, plan: resolvePlan(parsed.plan) };
}

function read(text: string): z.infer<typeof shape> {
  try {
    return shape.parse(JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()));
  } catch (error) {
    throw new Error('The task of this shard cannot be read: it was cut on its way, or is of another version.', { cause: error });
  }
}
