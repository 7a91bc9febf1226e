/** The load of a run in shards: named steps, read from top to bottom. An order, what its shards tell, what ends them, and what is left to tell. */
import { PassThrough } from 'node:stream';
import { CloudProblem, type Fleet, type Fleets } from '../../clouds/cloud.ts';
import type { Outcome } from '../conduct.ts';
import type { Asked, Endings } from '../endings.ts';
import type { ExecuteOptions, FleetJob } from '../execute.ts';
import { RunLog } from '../log/log.ts';
import { masker } from '../masked.ts';
import { END_GRACE_MS, graceOf, neverBegan, stopping, untouched } from '../moves.ts';
import type { RunRecord } from '../record.ts';
import { packed } from '../shard/task.ts';
import { within } from '../within.ts';
import { endOf, newsOf } from './outcome.ts';
import { recordFleet } from './record-fleet.ts';
import { Shards } from './shards.ts';

/** Beyond its tool's own grace, a shard needs time to tell the rest. */
const TELL_MS = 5000;
/** After its deadline nothing of a fleet is left, whatever became of this server. */
const DEADLINE_MS = 60_000;
/** To read what the place has stored, of all shards. */
const STORED_MS = 60_000;

export async function conductFleet(job: FleetJob, options: ExecuteOptions, endings: Endings, row: RunRecord): Promise<Outcome> {
  const { plan, place } = job;
  const waited = endings.asked();
  if (waited) return neverBegan(waited);
  await row.change(() => ({ state: { to: 'starting', cause: 'turn_came' } }));

  await using resources = new AsyncDisposableStack();
  const orderedAt = Date.now();
  const startAt = orderedAt + place.leadMs;
  const longestMs = plan.durationMs + plan.longestIterationMs + END_GRACE_MS + place.lagMs;
  const deadlineAt = new Date(startAt + longestMs + DEADLINE_MS);
  const task = packed({ ...job, runId: row.id, shards: place.shards, startAt, deadlineAt: deadlineAt.getTime() });
  const launched = await launch(place.fleets, { runId: row.id, shards: place.shards, region: place.region, image: place.image, task, secrets: job.variables, deadlineAt }, endings);
  if ('cause' in launched) return untouched(launched);
  resources.defer(() => place.fleets.remove(launched).catch((error: unknown) => row.trouble(error)));

  const printed = place.shards === 1 ? (line: string) => line : (line: string, shard: number) => `shard ${shard}: ${line}`;
  const output = new PassThrough();
  const mask = masker(job.variables);
  await using log = new RunLog({ mask, store: (from, lines) => row.log(from, lines), onTrouble: (error) => row.trouble(error) });
  log.add(output);
  const shards = new Shards({ count: place.shards, startAt, lagMs: place.lagMs, hasSteady: plan.steady.length > 0, onLog: (shard, lines) => void output.write(`${lines.map((line) => printed(line, shard)).join('\n')}\n`) });
  const recording = recordFleet(job, shards, { startAt, longestMs, endings, row });
  resources.defer(() => recording[Symbol.dispose]());

  const read = new AbortController();
  resources.defer(() => read.abort());
  const following = place.fleets.follow(launched, recording.take, read.signal).catch((error: unknown) => problemOf(error, endings));
  await Promise.race([following, endings.first]);
  endings.close();
  const asked = endings.asked();
  // A database that is away now must not keep the load from being ended: it is waited for when it is over.
  let told: Promise<void> | null = null;
  if (asked) {
    told = row.change(stopping(asked)).catch((error: unknown) => row.trouble(error));
    const graceMs = graceOf(asked, options.stopGraceMs) + TELL_MS;
    await place.fleets.stop(launched, graceMs).catch((error: unknown) => row.trouble(error));
    await within(graceMs + place.lagMs + TELL_MS, following);
  }
  read.abort();
  recording.over();
  const seconds = (Date.now() - orderedAt) / 1000;
  // Who must go does not wait for what a place may tell.
  if (asked?.cause !== 'owner_lost' && asked?.cause !== 'server_shutdown') await readStored(place.fleets, launched, shards, row);
  output.end();
  await told;
  const spent = place.spent(seconds);
  await recording.finish(spent);

  const first = asked ?? recording.whyUnsaved();
  const cause = first ?? endOf(shards.all, `The plan ran to its end (${Math.round(plan.durationMs / 1000)} s), in ${place.shards} shards.`);
  return { ending: { ...cause, message: mask(cause.message), exitCode: null }, news: newsOf(shards.all), spent };
}

/** The fleet, or why there is none. */
async function launch(fleets: Fleets, order: Parameters<Fleets['launch']>[0], endings: Endings): Promise<Fleet | Asked> {
  try {
    return await fleets.launch(order, endings.signal);
  } catch (error) {
    const asked = endings.asked();
    if (asked) return asked;
    if (error instanceof CloudProblem) return { cause: 'launch_failed', message: error.message };
    throw error;
  }
}

/** What is told about a fleet cannot be had any more: what it measures is lost, so it ends. */
function problemOf(error: unknown, endings: Endings): void {
  if (!(error instanceof CloudProblem)) throw error;
  endings.end('shard_lost', `What the shards measure cannot be read any more: ${error.message}`);
}

/** Of shards of which something is missing all is read again, as the place keeps it. */
async function readStored(fleets: Fleets, fleet: Fleet, shards: Shards, row: RunRecord): Promise<void> {
  const signal = AbortSignal.timeout(STORED_MS);
  const read = async (shard: Shards['all'][number]) => {
    for await (const line of fleets.stored(fleet, shard.index, signal)) shard.takeStored(line, Date.now());
  };
  await Promise.all(shards.all.filter(({ isWhole }) => !isWhole).map((shard) => read(shard).catch((error: unknown) => row.trouble(error))));
}
