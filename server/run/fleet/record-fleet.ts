/** What the lines of all shards mean for the row of their run and for its end. */
import { earlyAbortOf } from '../early-abort.ts';
import type { Asked, Endings } from '../endings.ts';
import type { FleetJob } from '../execute.ts';
import { running, whyUnstored } from '../moves.ts';
import type { RunRecord } from '../record.ts';
import type { FleetCost, FleetRecord } from '../run.ts';
import { named } from './outcome.ts';
import type { Shards } from './shards.ts';

/** A shard that has not come so long after plan second 0 does not come any more. */
const COME_WITHIN_MS = 60_000;
const TICK_MS = 250;
const REPORT_EVERY_MS = 2000;

export interface FleetRecording extends Disposable {
  take(news: Parameters<Shards['take']>[0]): void;
  /** The load is over: nothing that comes now ends it. */
  over(): void;
  /** Why what is stored is not all of it; null: it is. */
  whyUnsaved(): Asked | null;
  /** All that has come is stored; nothing is pending afterwards. */
  finish(spent: FleetCost): Promise<void>;
}

interface RecordOptions {
  readonly startAt: number;
  /** From plan second 0 to the end of its last request, with room. */
  readonly longestMs: number;
  readonly endings: Endings;
  readonly row: RunRecord;
}

/** What shards tell, as it is stored; and what in it ends the run. */
export function recordFleet({ plan, framework, place }: FleetJob, shards: Shards, { startAt, longestMs, endings, row }: RecordOptions): FleetRecording {
  const earlyAbort = earlyAbortOf(plan);
  const startedAt = new Date(startAt);
  let saving: Promise<void> = Promise.resolve();
  let begun = false;
  let reported = '';
  let unsaved: Asked | null = null;
  let overdue = { lateMs: 0, cancel: () => {} };
  const unstored = (error: unknown) => {
    row.trouble(error);
    unsaved ??= whyUnstored(error);
    endings.end(unsaved.cause, unsaved.message);
  };
  const then = (write: () => Promise<void>) => {
    saving = saving.then(write).catch(unstored);
  };

  const close = (until: number) => {
    const batch = shards.close(until);
    const broken = earlyAbort(batch, until, shards.all.every(({ isOver }) => isOver));
    if (broken) endings.end('objective_broken', broken.message, broken.objective);
    if (batch) then(() => row.save(batch, startedAt));
  };
  const report = (spent: FleetRecord['spent']) => {
    const fleet = recordOf(place, shards, startedAt, spent);
    const text = JSON.stringify(fleet);
    if (text === reported) return;
    reported = text;
    then(() => row.change(() => ({ fleet })));
  };
  /** A shard that begins late ends late. */
  const waitFor = (lateMs: number) => {
    overdue.cancel();
    overdue = { lateMs, cancel: endings.after(startAt + longestMs + lateMs - Date.now(), 'overdue', `${framework.name} was still running after its planned end.`) };
  };
  const begin = () => {
    const first = shards.all.find((shard) => shard.begin !== null)?.begin;
    if (!first) return;
    begun = true;
    waitFor(0);
    then(() => row.change(running({ startedAt, frameworkVersion: first.toolVersion })));
  };
  const missing = () => {
    const lost = shards.all.filter(({ begin: told, isOver }) => told === null && !isOver);
    if (lost.length > 0 && Date.now() > startAt + COME_WITHIN_MS) endings.end('launch_failed', `${named(lost)} of ${place.shards} had not come ${COME_WITHIN_MS / 1000} s after the start of the plan, so the others were ended.${lost[0]?.problem ? ` ${lost[0].problem}` : ''}`);
    const failed = shards.all.find(({ begin: told, end, state }) => told === null && (state === 'failed' || end !== null));
    if (failed && !begun) endings.end('launch_failed', `${named([failed])} of ${place.shards} could not begin: ${failed.end?.ending.message ?? failed.problem ?? 'nothing more was heard of it.'}`);
  };
  const ticker = setInterval(() => {
    if (!begun) begin();
    const lateMs = Math.max(0, ...shards.all.map((shard) => shard.lateMs ?? 0));
    if (begun && lateMs > overdue.lateMs) waitFor(lateMs);
    missing();
    close(shards.until(Date.now()));
  }, TICK_MS);
  report(null);
  const reporter = setInterval(() => report(null), REPORT_EVERY_MS);

  return {
    take: (news) => shards.take(news, Date.now()),
    over: () => clearInterval(ticker),
    whyUnsaved: () => unsaved,
    async finish(spent) {
      clearInterval(ticker);
      clearInterval(reporter);
      if (!begun) begin();
      close(shards.end);
      report(spent);
      await saving;
    },
    [Symbol.dispose]() {
      clearInterval(ticker);
      clearInterval(reporter);
    },
  };
}

function recordOf(place: FleetJob['place'], shards: Shards, beginsAt: Date, spent: FleetRecord['spent']): FleetRecord {
  const begins = shards.all.flatMap(({ begin }) => (begin ? [begin] : []));
  return {
    region: place.region,
    image: place.image,
    shards: shards.reports,
    beginsAt: beginsAt.toISOString(),
    cost: place.cost,
    spent,
    isolation: begins[0]?.isolation ?? null,
    cores: begins.length > 0 ? Math.min(...begins.map(({ cores }) => cores)) : null,
  };
}
