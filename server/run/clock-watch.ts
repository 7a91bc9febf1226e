/**
 * A tool without a monotonic clock (k6) counts its times by one that can be set. A step of it shows against when its lines arrive, which is
 * counted by a clock that cannot: a line about a moment that is still to come; or lines that go back behind what was told before, and come late
 * from then on and never in time again. Only late are the lines of a starved tool, too: what they are about goes on all the same.
 * Pure but for its own state.
 */

/** What a line is about cannot be later than its arrival; so much is left to the setting of second 0 and to rounding. */
const AHEAD_MS = 500;
/** A line may come late, when a machine is busy: all of them, so long, so late, do not. */
const BEHIND_MS = 1000;
const STAYS_MS = 5000;
/** Of lines that come one after the other one may have been made a little before the other: all of them, for so long, so much, were not. */
const BACK_MS = 500;

interface Late {
  readonly fromMs: number;
  untilMs: number;
  leastMs: number;
  /** The latest moment that a line was about before. */
  readonly toldMs: number;
  /** Its first lines are about moments before that one. */
  wentBack: boolean;
}

export class ClockWatch {
  #mostAheadMs = 0;
  #toldMs = Number.NEGATIVE_INFINITY;
  /** Of the lines that all came late, up to the last one; null: the last one came in time. */
  #late: Late | null = null;

  /**
   * @param aboutMs the moment that the line is about: the end of its request; ms since second 0 by the tool's clock
   * @param arrivedMs ms since second 0 by ours
   */
  line(aboutMs: number, arrivedMs: number): void {
    const lateMs = arrivedMs - aboutMs;
    this.#mostAheadMs = Math.max(this.#mostAheadMs, -lateMs);
    if (lateMs <= BEHIND_MS) this.#late = null;
    else {
      this.#late ??= { fromMs: arrivedMs, untilMs: arrivedMs, leastMs: lateMs, toldMs: this.#toldMs, wentBack: aboutMs < this.#toldMs - BACK_MS };
      const late = this.#late;
      late.untilMs = arrivedMs;
      late.leastMs = Math.min(late.leastMs, lateMs);
      if (arrivedMs - late.fromMs < BACK_MS && aboutMs >= late.toldMs) late.wentBack = false;
    }
    this.#toldMs = Math.max(this.#toldMs, aboutMs);
  }

  /** By how much the tool's clock was set, about: forward (> 0) or back (< 0); null: it was not, as far as can be seen. */
  get stepMs(): number | null {
    if (this.#mostAheadMs > AHEAD_MS) return this.#mostAheadMs;
    const late = this.#late;
    return late?.wentBack && late.untilMs - late.fromMs >= STAYS_MS ? -late.leastMs : null;
  }
}

/** What marks the run. */
export function clockWarnings(stepMs: number | null): string[] {
  if (stepMs === null) return [];
  const seconds = Math.abs(stepMs / 1000).toFixed(1);
  return [`The clock of this machine was set ${stepMs > 0 ? 'forward' : 'back'} by about ${seconds} s while the run was going: times and seconds around that moment are wrong.`];
}
