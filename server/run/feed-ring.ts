/** The points of the last batches: what nearly everybody asks for, who watches a run, without asking the table for it. */
import type { Point } from '../metrics/point.ts';

/** Two minutes of seconds. */
const MOST_POINTS = 120;

interface Entry {
  /** Of its last batch. */
  readonly sequence: number;
  readonly points: readonly Point[];
}

export class Ring {
  /** It has everything after this sequence. */
  #from: number;
  #entries: Entry[] = [];
  #size = 0;

  constructor(from: number) {
    this.#from = from;
  }

  /** `points`: whole seconds, each as it stands after this sequence. */
  add(sequence: number, points: readonly Point[]): void {
    this.#entries.push({ sequence, points });
    this.#size += points.length;
    while (this.#size > MOST_POINTS && this.#entries.length > 1) {
      const oldest = this.#entries.shift();
      if (!oldest) return;
      this.#size -= oldest.points.length;
      this.#from = oldest.sequence;
    }
  }

  /** Each second that has changed after a sequence, once; null: that is longer ago than what is kept here. */
  since(sequence: number): readonly Point[] | null {
    if (sequence < this.#from) return null;
    const entries = this.#entries.filter((entry) => entry.sequence > sequence);
    const [first] = entries;
    if (first && entries.length === 1) return first.points;
    const latest = new Map(entries.flatMap(({ points }) => points.map((point) => [point.offsetMs, point])));
    return [...latest.values()].sort((a, b) => a.offsetMs - b.offsetMs);
  }
}
