/** What the ends of all shards come to: the end of the run, and what only they knew. Pure. */
import type { Strain } from '../health.ts';
import type { EndNews } from '../news.ts';
import type { Asked } from '../endings.ts';
import { ENDING_CAUSES } from '../state.ts';
import type { Shard } from './shard.ts';

type Seen = Pick<Shard, 'index' | 'begin' | 'end' | 'isWhole' | 'missing' | 'lateMs' | 'problem' | 'closed' | 'strain'>;

/** So late, or early, a shard's load is missing for that long where it counts. */
const TOO_FAR_MS = 5000;

/** How the run ended that nobody had asked to end. */
export function endOf(shards: readonly Seen[], planned: string): Asked {
  const gone = shards.filter(({ end }) => end === null);
  const [first] = gone;
  if (first) return { cause: 'shard_lost', message: `${named(gone)} of ${shards.length} did not come to the end: ${first.problem ?? 'nothing more was heard of it.'} What the others measured is kept.` };
  const cut = shards.filter((shard) => !shard.isWhole);
  if (cut.length > 0) return { cause: 'shard_lost', message: `Not all that ${named(cut).toLowerCase()} of ${shards.length} measured has come: ${cut.reduce((sum, { missing }) => sum + missing, 0)} lines are missing. What has come is kept.` };
  const ends = shards.flatMap(({ index, end }) => (end ? [{ index, ending: end.ending }] : []));
  const broken = ends.find(({ ending }) => ENDING_CAUSES[ending.cause] !== 'finished');
  // Nobody asked here: its place did, as it does when it takes a machine back.
  if (broken?.ending.cause === 'stop_asked') return { cause: 'shard_lost', message: `${nameOf(broken.index)} of ${shards.length} was told to end, and not by this server: ${shards.find(({ index }) => index === broken.index)?.problem ?? broken.ending.message} What was measured is kept.` };
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
    strain: worstOf(shards.map(({ strain }) => strain)),
    unhealthy: notTogether(shards),
  };
}

/** One generator that cannot keep up stands in the numbers of all. */
function worstOf(strains: readonly Strain[]): Strain {
  const most = (values: readonly (number | null)[]) => values.reduce<number | null>((worst, value) => (value !== null && (worst === null || value > worst) ? value : worst), null);
  return { cpuRatio: most(strains.map(({ cpuRatio }) => cpuRatio)), lagMs: most(strains.map(({ lagMs }) => lagMs)) };
}

function notTogether(shards: readonly Seen[]): string[] {
  return ([['late', 1], ['early', -1]] as const).flatMap(([word, sign]) => {
    const off = shards.filter(({ lateMs }) => sign * (lateMs ?? 0) > TOO_FAR_MS);
    const most = Math.max(...off.map(({ lateMs }) => sign * (lateMs ?? 0)));
    return off.length === 0 ? [] : [`${named(off)} of ${shards.length} began up to ${(most / 1000).toFixed(1)} s ${word}, so for that long the load was not the planned one.`];
  });
}

/** Counted from 0, as engines and LOAD_TEST_SHARD do. */
export const nameOf = (index: number): string => `Shard ${index}`;

export function named(shards: readonly Pick<Seen, 'index'>[]): string {
  const numbers = shards.map(({ index }) => index);
  return numbers.length === 1 ? `Shard ${numbers[0]}` : `Shards ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}
