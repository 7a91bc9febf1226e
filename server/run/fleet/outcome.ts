/** What the ends of all shards come to: the end of the run, and what only they knew. Pure. */
import type { EndNews } from '../news.ts';
import type { Asked } from '../endings.ts';
import { ENDING_CAUSES } from '../state.ts';
import type { Shard } from './shard.ts';

type Seen = Pick<Shard, 'index' | 'begin' | 'end' | 'isWhole' | 'missing' | 'lateMs' | 'problem' | 'closed'>;

/** So late a shard's load is missing for that long where it counts. */
const TOO_LATE_MS = 5000;

/** How the run ended that nobody had asked to end. */
export function endOf(shards: readonly Seen[], planned: string): Asked {
  const gone = shards.filter(({ end }) => end === null);
  const [first] = gone;
  if (first) return { cause: 'shard_lost', message: `${named(gone)} of ${shards.length} did not come to the end: ${first.problem ?? 'nothing more was heard of it.'} What the others measured is kept.` };
  const cut = shards.filter((shard) => !shard.isWhole);
  if (cut.length > 0) return { cause: 'shard_lost', message: `Not all that ${named(cut).toLowerCase()} of ${shards.length} measured has come: ${cut.reduce((sum, { missing }) => sum + missing, 0)} lines are missing. What has come is kept.` };
  const ends = shards.flatMap(({ index, end }) => (end ? [{ index, ending: end.ending }] : []));
  const broken = ends.find(({ ending }) => ENDING_CAUSES[ending.cause] !== 'finished');
  if (broken) return { cause: broken.ending.cause, message: `${nameOf(broken.index)} of ${shards.length}: ${broken.ending.message}` };
  const ranOut = ends.find(({ ending }) => ending.cause === 'rows_ran_out');
  return ranOut ? { cause: ranOut.ending.cause, message: ranOut.ending.message } : { cause: 'planned_end', message: planned };
}

/** null: none of them began. */
export function newsOf(shards: readonly Seen[]): EndNews | null {
  if (shards.every(({ begin }) => begin === null)) return null;
  const all = shards.map(({ end, lateMs, closed }) => end?.news && { ...end.news, durationMs: end.news.durationMs + Math.max(0, lateMs ?? 0), closed });
  const sum = (of: (news: EndNews) => number) => all.reduce((total, news) => total + (news ? of(news) : 0), 0);
  /** Of one that was lost it is not known. */
  const sumIfKnown = (of: (news: EndNews) => number | null) => (all.every((news) => news && of(news) !== null) ? sum((news) => of(news) ?? 0) : null);
  const lateness = all.flatMap((news) => news?.latenessP99Ms ?? []);
  const steps = all.flatMap((news) => news?.clockStepMs ?? []);
  return {
    iterationsStarted: sumIfKnown((news) => news.iterationsStarted),
    iterationsDropped: sum((news) => news.iterationsDropped),
    iterationsInterrupted: sum((news) => news.iterationsInterrupted),
    inFlightAtEnd: sumIfKnown((news) => news.inFlightAtEnd),
    linesUnreadable: sum((news) => news.linesUnreadable),
    linesLost: sum((news) => news.linesLost) + shards.reduce((lost, { missing }) => lost + missing, 0),
    durationMs: Math.max(...shards.map(({ closed }, i) => all[i]?.durationMs ?? closed * 1000)),
    // One slow generator is in all percentiles: that of the worst.
    latenessP99Ms: lateness.length > 0 ? Math.max(...lateness) : null,
    requestsFolded: sum((news) => news.requestsFolded),
    clockStepMs: steps.length > 0 ? steps.reduce((worst, step) => (Math.abs(step) > Math.abs(worst) ? step : worst)) : null,
    unhealthy: tooLate(shards),
  };
}

function tooLate(shards: readonly Seen[]): string[] {
  const late = shards.filter(({ lateMs }) => lateMs !== null && lateMs > TOO_LATE_MS);
  const most = Math.max(...late.map(({ lateMs }) => lateMs ?? 0));
  return late.length === 0 ? [] : [`${named(late)} of ${shards.length} began up to ${(most / 1000).toFixed(1)} s late, so for that long the load was less than planned.`];
}

/** Counted from 0, as engines and LOAD_TEST_SHARD do. */
export const nameOf = (index: number): string => `Shard ${index}`;

export function named(shards: readonly Pick<Seen, 'index'>[]): string {
  const numbers = shards.map(({ index }) => index);
  return numbers.length === 1 ? `Shard ${numbers[0]}` : `Shards ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}
