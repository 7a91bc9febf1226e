/** What a chart says of a moment: beside the pointer, and to a screen reader. Pure. */

export interface Readout {
  readonly head: string;
  readonly lines: readonly { readonly name: string; readonly value: string }[];
}

export const spoken = ({ head, lines }: Readout): string => [head, ...lines.map(({ name, value }) => `${name} ${value}`)].join(', ');

/** Of what a chart shows at a moment. */
export interface Moment {
  readonly offsetMs: number;
  /** Where it is drawn, ms. */
  readonly x: number;
}

/** Which one's interval holds a moment, or is the nearest one; 0 where there is none. */
export function indexAt(points: readonly { readonly offsetMs: number }[], atMs: number): number {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((points[middle]?.offsetMs ?? 0) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

const FAR = 10;

/** Where a key leads to; undefined: it means nothing here. @param index of the moment that is shown; null: none */
export function stepped(count: number, index: number | null, key: string): number | undefined {
  const last = count - 1;
  // The first step shows how it is now, or was in the end.
  const by = (step: number) => (index === null ? last : Math.min(last, Math.max(0, index + step)));
  const keys: Record<string, number> = { ArrowRight: by(1), ArrowUp: by(1), ArrowLeft: by(-1), ArrowDown: by(-1), PageUp: by(FAR), PageDown: by(-FAR), Home: 0, End: last };
  return count === 0 ? undefined : keys[key];
}
