// Plan time, on the monotonic clock, and how late things come.

export function newClock() {
  let zero = null;
  let worstMs = 0;
  const now = () => performance.now() - zero;
  return {
    /**
     * @param {number | null} startAt epoch ms of plan second 0; null, or over already: it is now
     * @returns {number} epoch ms of it, with fractions
     */
    start(startAt) {
      const aheadMs = startAt === null ? 0 : startAt - Date.now();
      zero = performance.now() + Math.max(0, aheadMs);
      return aheadMs > 0 ? startAt : performance.timeOrigin + zero;
    },
    /** ms of plan time */
    now,
    /** A moment of `performance.now()` in plan time, ms. */
    msOf: (moment) => moment - zero,
    /**
     * Calls `run` at a moment of plan time, never before it; at once when that is over.
     * @returns {() => void} cancels it
     */
    at(ms, run) {
      let timer;
      const check = () => {
        const left = ms - now();
        if (left > 0) {
          timer = setTimeout(check, left);
        } else {
          worstMs = Math.max(worstMs, -left);
          run();
        }
      };
      check();
      return () => clearTimeout(timer);
    },
    /** The worst lateness, in ms, since the last call. */
    takeWorstMs() {
      const worst = Math.round(worstMs * 1000) / 1000;
      worstMs = 0;
      return worst;
    },
  };
}
