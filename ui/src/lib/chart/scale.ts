/** Axes: round tops, round ticks, labels that do not lie on each other. Pure. */
import { scaleLinear } from 'd3-scale';

/** The next round number at or above `max`; 1 for an empty chart, so that there is an axis. */
export function niceTop(max: number, ticks = 4): number {
  return scaleLinear([0, max > 0 ? max : 1], [0, 1]).nice(ticks).domain()[1] ?? 1;
}

export function valueTicks(top: number, most = 4): number[] {
  return scaleLinear([0, top], [0, 1]).ticks(most);
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200];
const DAY_S = 86_400;

/** Whole seconds, minutes, hours or days, at most `most` of them besides 0, the end of the run included when it is round. */
export function timeTicks(durationMs: number, most: number): number[] {
  const fits = Math.max(1, most);
  const step = (STEPS_S.find((s) => durationMs / (s * 1000) <= fits) ?? DAY_S * Math.ceil(durationMs / (DAY_S * 1000 * fits))) * 1000;
  const ticks: number[] = [];
  for (let at = 0; at <= durationMs; at += step) ticks.push(at);
  return ticks;
}

/** Of a label in the font of charts (11 px), a little more than it takes. */
export const LETTER_PX = 6.5;
const GAP_PX = 14;
/** So that short labels do not stand too close. */
const LEAST_ROOM_PX = 56;

export interface TimeLabel {
  /** ms */
  readonly at: number;
  readonly label: string;
  /** px from the left of the plot: its middle, of the first one its start. */
  readonly x: number;
}

/** The labels of a time axis, apart from each other. @param right px beside the plot that the last one may reach into */
export function timeLabels(durationMs: number, width: number, right: number, written: (ms: number) => string): TimeLabel[] {
  const half = (written(durationMs).length * LETTER_PX) / 2;
  const room = Math.max(LEAST_ROOM_PX, 2 * half + GAP_PX);
  return timeTicks(durationMs, Math.floor(width / room)).map((at) => ({ at, label: written(at), x: Math.min((at / durationMs) * width, width + right - half) }));
}

/** Moves positions apart until neighbours keep `distance`, in their order and as near as they can be to where they were, inside [from, to] where there is room. */
export function spread(positions: readonly number[], distance: number, from: number, to: number): number[] {
  const order = positions.map((position, i) => ({ position, i })).sort((a, b) => a.position - b.position);
  // Neighbours that are too close become one group around their own middle (pool adjacent violators).
  const groups: { sum: number; count: number }[] = [];
  for (const [rank, { position }] of order.entries()) {
    let group = { sum: position - rank * distance, count: 1 };
    for (let last = groups.at(-1); last && last.sum / last.count > group.sum / group.count; last = groups.at(-1)) {
      groups.pop();
      group = { sum: last.sum + group.sum, count: last.count + group.count };
    }
    groups.push(group);
  }
  const starts = groups.flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count));
  const highest = Math.max(from, to - (order.length - 1) * distance);
  const moved: number[] = new Array<number>(positions.length).fill(0);
  for (const [rank, { i }] of order.entries()) moved[i] = Math.min(Math.max(starts[rank] ?? 0, from), highest) + rank * distance;
  return moved;
}

export interface LabelPlace {
  readonly from: number;
  readonly to: number;
  /** px from the top. */
  readonly y: number;
}

/** Where labels stand so that none lies on another, px from the top: where they should, or as many lines below as it takes. */
export function apart(labels: readonly LabelPlace[], line: number): number[] {
  const placed: LabelPlace[] = [];
  for (const { from, to, y } of labels) {
    const beside = placed.filter((one) => one.to > from && to > one.from);
    let at = y;
    while (beside.some((one) => Math.abs(one.y - at) < line)) at += line;
    placed.push({ from, to, y: at });
  }
  return placed.map(({ y }) => y);
}

/** A label beside a place: on the side that has room, and inside whatever happens. @param left px of its place @param width of the label @param within of the plot */
export function beside(left: number, width: number, within: number, gap: number): { readonly from: number; readonly to: number } {
  const right = left + gap + width <= within;
  const from = right ? left + gap : Math.max(0, left - gap - width);
  return { from, to: from + width };
}
