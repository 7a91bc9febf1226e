/** A saved plan in a few words, without asking the server: framework, model, load. */
import { storedPlan } from '../plan/stored.ts';
import { rate, span } from '../text/format.ts';
import { text } from '../text/text.ts';

export function planWords(plan: unknown): string[] {
  const { load } = storedPlan(plan);
  if (load.preset) {
    const { key, users, ratePerSecond, durationMs } = load.preset;
    return [
      text.plan.shapeName(key),
      users === undefined ? (ratePerSecond === undefined ? '' : rate(ratePerSecond)) : text.plan.usersCount(users),
      durationMs === undefined ? '' : span(durationMs),
    ].filter((word) => word !== '');
  }
  const closed = load.closed?.stages;
  if (closed) return [text.plan.upToUsers(Math.max(...closed.map((stage) => stage.users))), span(closed.reduce((sum, stage) => sum + stage.durationMs, 0))];
  const open = load.open?.stages;
  if (open) return [text.plan.upToRate(rate(Math.max(...open.map((stage) => stage.ratePerSecond)))), span(open.reduce((sum, stage) => sum + stage.durationMs, 0))];
  return [];
}
