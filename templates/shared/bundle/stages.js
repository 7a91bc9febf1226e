// What follows from the stages of PLAN, whatever the model. The same as stages.py; both are held to vectors/plan.json. Pure.

/** The most users, or the highest rate. */
export const peakOf = (stages) =>
  Math.max(...stages.map(({ target }) => target));

export const durationOf = (stages) =>
  stages.reduce((sum, { durationMs }) => sum + durationMs, 0);

/** Iterations that an open plan starts: the area under its rate. */
export function startsOf(stages) {
  let area = 0;
  let level = 0;
  for (const { durationMs, target } of stages) {
    if (durationMs > 0) {
      // In the order of operations in which the server does it, so that it rounds as there.
      const end = level + ((target - level) * durationMs) / durationMs;
      area += ((level + end) / 2) * (durationMs / 1000);
    }
    level = target;
  }
  return Math.floor(area + 1e-9);
}

/**
 * Where stage after stage holds its level.
 * @returns {{ from: number, to: number, ends: number[] }[]} ms; ends: of each of those stages
 */
export function heldIn(stages) {
  const held = [];
  let at = 0;
  let level = 0;
  for (const { durationMs, target } of stages) {
    const until = at + durationMs;
    if (durationMs > 0 && target === level && target > 0) {
      const last = held[held.length - 1];
      if (last && last.to === at) {
        last.to = until;
        last.ends.push(until);
      } else held.push({ from: at, to: until, ends: [until] });
    }
    at = until;
    level = target;
  }
  return held;
}
