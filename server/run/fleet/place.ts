/** Where a run is asked to be made: this server itself, or a cloud that can take so many shards of it; refused with what is in the way. */
import { availableParallelism } from 'node:os';
import type { Framework } from '../../../templates/framework.ts';
import { CloudProblem, type CostEstimate } from '../../clouds/cloud.ts';
import type { OpenCloud } from '../../clouds/clouds.ts';
import type { Context } from '../../context.ts';
import { invalidInput, Refusal, type RefusalCode } from '../../refusal.ts';
import { capacityWarnings } from '../../script/capacity.ts';
import type { Script } from '../../script/generate.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';
import type { FleetPlace } from '../execute.ts';
import type { FleetCost, FleetRecord, ShardReport } from '../run.ts';
import { packed } from '../shard/task.ts';
import { hostFingerprint } from '../machine.ts';
import { isLoopback } from '../target/allowed.ts';
import { requireAffordable } from './affordable.ts';
import { mostShards, shardsFor } from './how-many.ts';

export interface CloudInput {
  readonly region?: string | null | undefined;
  /** Default: as many as the load needs, with room on each. */
  readonly shards?: number | null | undefined;
  readonly image?: string | null | undefined;
}

export interface PlaceInput {
  readonly place?: string | null | undefined;
  readonly cloud?: CloudInput | null | undefined;
}

export interface GivenPlace extends FleetPlace {
  readonly key: string;
  /** Its shards use the tools of this machine. */
  readonly isHere: boolean;
  readonly record: FleetRecord;
  /** What kind of generator it is: on another kind the same run is as fast or as slow as that. */
  readonly fingerprint: string;
  /** Of the run, with those that concern the place. */
  readonly warnings: readonly string[];
  /** Throws a Refusal when the values of some variables cannot be brought to a shard. */
  requireCarried(names: readonly string[]): void;
}

export interface ToPlace {
  readonly plan: ResolvedPlan;
  readonly framework: Framework;
  readonly script: Script;
  /** That are asked for at once. */
  readonly runs: number;
}

/** null: on this server, as one process. */
export async function givenPlace(ctx: Context, { place, cloud: given }: PlaceInput, { plan, framework, script, runs }: ToPlace): Promise<GivenPlace | null> {
  if (place == null || place === 'local') {
    if (given != null) throw invalidInput('cloud', 'Shards, a region and an image are of a place other than "local": name it as `place`, or leave this out.');
    return null;
  }
  const cloud = cloudOf(ctx, place);
  const problem = await cloud.problem();
  if (problem !== null) throw refusedAt('place_unavailable', problem);
  const shards = shardsOf(cloud, plan, given?.shards ?? null);
  const region = regionOf(cloud, given?.region ?? null);
  const ofFramework = (image: string) => image.replaceAll('{framework}', framework.key);
  // A run may be made again with the image that it had.
  const image = oneOf('image', cloud.images.map(ofFramework), given?.image == null ? null : ofFramework(given.image), cloud);
  const bytes = packed({ runId: PLACEHOLDER, framework, script, plan, shards, startAt: Date.now(), deadlineAt: Date.now() }).length;
  if (bytes > cloud.most.taskBytes)
    throw refusedAt('limit_exceeded', `The script with its data is ${kilobytes(bytes)} for ${cloud.name}, and ${kilobytes(cloud.most.taskBytes)} is what one shard can be given there. Make its data set or its definition smaller, or choose another place.`);
  const leadMs = cloud.leadMs(shards);
  const cost = costOf(cloud.estimate({ shards, seconds: secondsOf(leadMs, plan), region }));
  await requireAffordable(ctx, cost, runs);
  const isHere = cloud.key === 'process';
  return {
    key: cloud.key,
    isHere,
    fleets: await fleetsOf(cloud),
    shards,
    region,
    image,
    leadMs,
    lagMs: cloud.lagMs,
    cost,
    spent: (seconds) => costOf(cloud.estimate({ shards, seconds, region })),
    record: { region, image, shards: pending(shards), beginsAt: null, cost, spent: null, isolation: null, cores: null },
    fingerprint: [cloud.name, ...(region === null ? [] : [region]), `${shards} shards${image === null ? '' : ` of ${image}`}`, cloud.size ?? hostFingerprint].join(', '),
    warnings: [...withoutLocal(script.warnings, plan, framework), ...(isHere ? [] : unreachable(plan, cloud.name))],
    requireCarried(names) {
      const [first, ...others] = cloud.uncarried(names);
      if (first) throw new Refusal('environment_missing', first.message, { problems: [first, ...others].map(({ name, message }) => ({ path: `environment.${name}`, message })) });
    },
  };
}

function pending(shards: number): ShardReport[] {
  return Array.from({ length: shards }, (_, index) => ({ index, state: 'pending', requests: 0, lateMs: null, problem: null }));
}

export function cloudOf({ clouds }: Pick<Context, 'clouds'>, place: string): OpenCloud {
  const cloud = clouds.of(place);
  if (cloud) return cloud;
  throw invalidInput('place', `There is no place "${place}". Choose one of ${['local', ...clouds.all.map(({ key }) => key)].join(', ')}.`);
}

/** From the order to the end, as planned. */
export const secondsOf = (leadMs: number, { durationMs }: Pick<ResolvedPlan, 'durationMs'>): number => (leadMs + durationMs) / 1000;

export function costOf({ amount, currency, basis, pricesAsOf }: CostEstimate): FleetCost {
  return { amount: Math.round(amount * 10_000) / 10_000, currency, basis, pricesAsOf: pricesAsOf.toISOString() };
}

/** Throws a Refusal when there cannot be so many. */
export function shardsOf(cloud: Pick<OpenCloud, 'name' | 'most'>, plan: ResolvedPlan, asked: number | null): number {
  const most = Math.min(cloud.most.shards, mostShards(plan));
  if (asked === null) return Math.min(most, shardsFor(plan));
  if (!Number.isInteger(asked) || asked < 1) throw invalidInput('cloud.shards', 'Give a number of shards, 1 or more.');
  if (asked > cloud.most.shards) throw invalidInput('cloud.shards', `${asked} shards are asked for; ${cloud.name} is given ${cloud.most.shards} at most.`);
  if (asked > most) throw invalidInput('cloud.shards', `${asked} shards are asked for, and the plan has work for ${most}: each needs a user of its own, and an iteration and a row where the plan counts them.`);
  return asked;
}

/** null: it has one place only. Throws a Refusal when it is not set up there. */
export const regionOf = (cloud: Pick<OpenCloud, 'name' | 'regions'>, asked: string | null): string | null => oneOf('region', cloud.regions, asked, cloud);

function oneOf(what: 'region' | 'image', choices: readonly string[], asked: string | null, { name }: Pick<OpenCloud, 'name'>): string | null {
  if (asked === null) return choices[0] ?? null;
  if (choices.includes(asked)) return asked;
  throw invalidInput(`cloud.${what}`, choices.length === 0 ? `${name} has no ${what} to choose: leave it out.` : `There is no ${what} "${asked}" here: ${name} is set up for ${choices.join(', ')}.`);
}

async function fleetsOf(cloud: OpenCloud) {
  try {
    return await cloud.fleets();
  } catch (error) {
    throw error instanceof CloudProblem ? refusedAt('place_unavailable', error.message) : error;
  }
}

/** Whatever is against a place, another one may do. */
function refusedAt(code: RefusalCode, message: string): Refusal {
  return new Refusal(code, message, { problems: [{ path: 'place', message }] });
}

/** What is said of one machine is not said of several. */
function withoutLocal(warnings: readonly string[], plan: ResolvedPlan, framework: Framework): string[] {
  const local = capacityWarnings(plan, framework, availableParallelism());
  return warnings.filter((warning) => !local.includes(warning));
}

function unreachable({ plan }: ResolvedPlan, name: string): string[] {
  const { hostname } = new URL(plan.target.baseUrl);
  return isLoopback(hostname) ? [`The target is ${hostname}, which for each shard on ${name} is that shard's own machine: the workflow's server is found there only if it runs there.`] : [];
}

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;

/** As long as a run's id. */
const PLACEHOLDER = '00000000-0000-0000-0000-000000000000';
