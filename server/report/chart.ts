/**
 * A chart over the time of a run, static: a stretched SVG holds the shapes, HTML above it the words, which so never scale.
 * x is milliseconds from plan second 0, y starts at 0. Pure.
 */
import { scaleLinear, scaleUtc } from 'd3-scale';
import { line } from 'd3-shape';
import { type Markup, markup } from './markup.ts';
import { clock, decimal } from './words.ts';

export type At = readonly [atMs: number, value: number | null];

export interface Series {
  readonly name: string;
  /** Of its colour, width and dashes. */
  readonly look: 'planned' | 'achieved' | 'p50' | 'p95' | 'p99' | 'throughput' | 'failed';
  /** null: a gap. */
  readonly points: readonly At[];
  /** One stroke from the ground for each point: of what is rare not one is lost. */
  readonly isBars?: true;
}

export interface ChartOf {
  readonly title: string;
  /** What is counted, and its unit. */
  readonly caption: string;
  readonly unit: string;
  readonly series: readonly Series[];
  readonly untilMs: number;
  readonly warmUpMs: number;
  readonly limits?: readonly { readonly name: string; readonly value: number }[];
  /** Of the y axis; what is higher is cut off, and said. null or left out: nothing is. */
  readonly top?: number | null;
  /** How the highest value is said where it is cut off. */
  readonly peak?: (highest: number) => string;
  readonly isWhole?: boolean;
  /** Said in place of an empty plot. */
  readonly empty: string;
}

const WIDTH = 1000;
const HEIGHT = 100;

export function chart({ title, caption, unit, series, untilMs, warmUpMs, limits = [], top, peak = (value) => `up to ${decimal(value)} ${unit}`, isWhole = false, empty }: ChartOf): Markup {
  const drawn = series.filter(({ points }) => points.some(([, value]) => value !== null));
  const head = markup`<figcaption><h3>${title}</h3><p>${caption}</p>${drawn.length > 0 && markup`<ul class="key">${drawn.map(keyOf)}</ul>`}</figcaption>`;
  if (drawn.length === 0) return markup`<figure>${head}<p class="empty">${empty}</p></figure>\n`;
  const highest = highestOf(drawn.flatMap(({ points }) => points));
  const y = scaleLinear([0, top ?? Math.max(highest * 1.05, Number.MIN_VALUE)], [HEIGHT, 0]).nice(4);
  const x = scaleLinear([0, untilMs], [0, WIDTH]);
  const axisTop = y.domain()[1] ?? 1;
  const ticks = y.ticks(4).filter((tick) => !isWhole || Number.isInteger(tick));
  const shown = limits.filter(({ value }) => value <= axisTop);
  return markup`<figure>${head}
<div class="plot">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summaryOf(title, caption, drawn)}">
${warmUpMs > 0 && markup`<rect class="warm-up" x="0" y="0" width="${rounded(x(Math.min(warmUpMs, untilMs)))}" height="${HEIGHT}"/>`}
${ticks.map((tick) => markup`<path class="grid" d="M0,${rounded(y(tick))}H${WIDTH}"/>`)}
${drawn.map((each) => markup`<path class="${each.look}" d="${each.isBars ? barsOf(each.points, x, y) : lineOf(each.points, x, y)}"/>\n`)}
${shown.map(({ value }) => markup`<path class="limit" d="M0,${rounded(y(value))}H${WIDTH}"/>`)}
</svg>
<span class="unit">${unit}</span>
${ticks.map((tick) => markup`<span class="y" style="bottom:${rounded(100 - y(tick))}%">${decimal(tick, 3)}</span>`)}
${shown.map(({ name, value }) => markup`<span class="limit-name" style="bottom:${rounded(100 - y(value))}%">${name}</span>`)}
${highest > axisTop && markup`<span class="peak">${peak(highest)}</span>`}
${scaleUtc([0, untilMs], [0, 100]).ticks(5).map((at, i) => markup`<span class="x${i % 2 === 1 && ' minor'}" style="left:${rounded((at.getTime() / untilMs) * 100)}%">${clock(at.getTime())}</span>`)}
</div>
<p class="time">time in the run, ${untilMs >= 3_600_000 ? 'h:min:s' : 'min:s'}${warmUpMs > 0 && '; shaded: warm-up, not judged'}</p>
</figure>\n`;
}

export const highestOf = (points: readonly At[]): number => points.reduce((highest, [, value]) => Math.max(highest, value ?? 0), 0);

type Scale = (value: number) => number;

const rounded = (value: number): number => Math.round(value * 100) / 100;

function lineOf(points: readonly At[], x: Scale, y: Scale): string {
  return line<At>().digits(2).defined(([, value]) => value !== null).x(([at]) => x(at)).y(([, value]) => y(value ?? 0))([...points]) ?? '';
}

function barsOf(points: readonly At[], x: Scale, y: Scale): string {
  return points.map(([at, value]) => (value ? `M${rounded(x(at))},${HEIGHT}V${rounded(y(value))}` : '')).join('');
}

function keyOf({ name, look }: Series): Markup {
  return markup`<li><svg viewBox="0 0 20 10" aria-hidden="true"><path class="${look}" d="M0,5H20"/></svg>${name}</li>`;
}

/** For those who do not see it. */
function summaryOf(title: string, caption: string, series: readonly Series[]): string {
  const ranges = series.map(({ name, points }) => {
    const values = points.map(([, value]) => value).filter((value) => value !== null);
    return `${name} from ${decimal(Math.min(...values), 2)} to ${decimal(Math.max(...values), 2)}`;
  });
  return `${title}, ${caption}: ${ranges.join('; ')}.`;
}
