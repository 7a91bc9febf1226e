/** A comparison as it is shown: which metrics come first, where intervals are drawn, and what is said of them once. Pure. */

export interface ComparedMetric {
  readonly metric: string;
  readonly statistic: string | null;
  readonly requestName: string | null;
  readonly primary: boolean;
  readonly outcome: string;
  readonly changeRatio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly limit: number | null;
  readonly reason: string | null;
  readonly repeats: number | null;
}

/** Of ratios the change is drawn as a share, of errors as points: they have an axis each. */
export const isPoints = ({ metric }: Pick<ComparedMetric, 'metric'>): boolean => metric === 'error_ratio' || metric === 'checks_ratio';

/** From where on a change is as good as the limit is bad; on the scale of logs both are as far from none. */
export function betterThan(metric: Pick<ComparedMetric, 'metric'>, limit: number): number {
  return isPoints(metric) ? -limit : 1 / (1 + limit) - 1;
}

export interface Domain {
  readonly from: number;
  readonly to: number;
}

/** Wider intervals are cut off: four times as much, or a hundred points, is all the same to the eye. */
const MOST = { ratio: 3, points: 1 };
const ROOM = 0.06;

/** All of these on one axis, none of it left out that decides. Null: there is nothing to draw. */
export function domainOf(metrics: readonly ComparedMetric[]): Domain | null {
  const drawn = metrics.flatMap((metric) => {
    const { low, high, limit } = metric;
    if (low === null || high === null || limit === null) return [];
    const most = isPoints(metric) ? MOST.points : MOST.ratio;
    return [low, high, limit, betterThan(metric, limit)].map((value) => Math.max(-1, Math.min(most, value)));
  });
  if (drawn.length === 0) return null;
  const [from, to] = [Math.min(0, ...drawn), Math.max(0, ...drawn)];
  const room = (to - from) * ROOM;
  return { from: from - room, to: to + room };
}

/** 0 to 1. */
export const placeOf = ({ from, to }: Domain, value: number): number => Math.min(1, Math.max(0, (value - from) / (to - from)));

/** Why it is unclear; null: it is not. @param across the sentence for an interval that lies on both sides of what matters */
export const reasonOf = ({ outcome, reason }: ComparedMetric, across: string): string | null => (outcome === 'UNCLEAR' ? (reason ?? across) : null);

/** Reasons that several of these have in common: said once, above them. */
export function commonReasons(metrics: readonly ComparedMetric[], across: string): string[] {
  const reasons = metrics.flatMap((metric) => reasonOf(metric, across) ?? []);
  return [...new Set(reasons)].filter((reason) => reasons.filter((other) => other === reason).length > 1);
}

/** Of none of these anything could be found, and all for the same reason: a table would say it again and again. */
export function allAlike(metrics: readonly ComparedMetric[]): boolean {
  return metrics.length > 1 && metrics.every(({ changeRatio, outcome, reason }) => changeRatio === null && outcome === 'UNCLEAR' && reason !== null && reason === metrics[0]?.reason);
}

/** Runs that would settle all of the primary metrics that can be settled so; null: none would. */
export function repeatsOf(metrics: readonly ComparedMetric[]): number | null {
  const repeats = metrics.flatMap(({ primary, outcome, repeats }) => (primary && outcome === 'UNCLEAR' && repeats !== null && repeats > 0 ? [repeats] : []));
  return repeats.length === 0 ? null : Math.max(...repeats);
}

const FEW_MINUTES_MS = 300_000;

/** So long something takes that nobody knows to the second: to ten of them, of more than a few minutes to the minute. */
export function roughly(ms: number): number {
  const grain = ms < FEW_MINUTES_MS ? 10_000 : 60_000;
  return Math.ceil(ms / grain) * grain;
}

const WORST_FIRST = ['REGRESSION', 'UNCLEAR', 'IMPROVEMENT', 'SAME'];

/** In one word: the worst of those that decide. */
export function overall(metrics: readonly ComparedMetric[]): string | null {
  return WORST_FIRST.find((outcome) => metrics.some((metric) => metric.primary && metric.outcome === outcome)) ?? null;
}

/** Which method found what; what could not be found has none. */
export function methodsOf<Metric extends ComparedMetric & { readonly method: string }>(metrics: readonly Metric[], nameOf: (metric: Metric) => string): { readonly method: string; readonly names: readonly string[] }[] {
  const found = metrics.filter(({ changeRatio }) => changeRatio !== null);
  return [...Map.groupBy(found, ({ method }) => method)].map(([method, of]) => ({ method, names: [...new Set(of.map(nameOf))] }));
}
