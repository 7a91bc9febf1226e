/** What the form says of a load that is not allowed here is what the server refuses: same loads, each at its field. */
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../server/context.ts';
import { refuseAboveLimits } from '../../server/script/limits.ts';
import { type Preset, parsePlan, PRESETS } from '../../server/script/plan.ts';
import { type ResolvedPlan, resolvePlan } from '../../server/script/resolve.ts';
import { aboveLimits } from '../../ui/src/lib/plan/limits.ts';

const limits = { maxUsers: 50, maxRatePerSecond: 40, maxDurationMs: 120_000 };

function resolved(load: object): ResolvedPlan {
  const { plan, problems } = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9' }, load });
  if (!plan) throw new Error(JSON.stringify(problems));
  return resolvePlan(plan);
}

/** As `PlanPreview.stages` tells them. */
function saidOf({ load: { model, maxUsers, stages }, durationMs }: ResolvedPlan, own: boolean): string[] {
  const unit = model === 'closed' ? 'users' : 'ratePerSecond';
  return aboveLimits({ model, maxUsers, durationMs, stages: stages.map((stage) => ({ durationMs: stage.durationMs, [unit]: stage.target })) }, own, limits).map(({ path }) => path);
}

function refused(plan: ResolvedPlan): number {
  try {
    refuseAboveLimits(plan, limits as Limits);
  } catch (error) {
    return (error as { problems: readonly unknown[] }).problems.length;
  }
  return 0;
}

const closed = (users: number, durationMs = 60_000) => ({ closed: { stages: [{ durationMs, users }, { durationMs: 10_000, users: 1 }] } });
const open = (ratePerSecond: number, maxUsers: number, durationMs = 60_000) => ({ open: { maxUsers, stages: [{ durationMs, ratePerSecond: 1 }, { durationMs: 10_000, ratePerSecond }] } });

describe('a load that is not allowed here', () => {
  it.each([
    [closed(50), []],
    [closed(51), ['load.closed.stages[0].users']],
    [closed(51, 200_000), ['load.closed.stages[0].users', 'load.closed.stages']],
    [open(40, 500), []],
    [open(41, 501), ['load.open.stages[1].ratePerSecond', 'load.open.maxUsers']],
    [open(1, 1, 120_000), ['load.open.stages']],
  ])('is said at its stages: %j', (load, paths) => expect(saidOf(resolved(load), true)).toEqual(paths));

  it.each([
    [{ key: 'constant', users: 51 }, ['load.preset.users']],
    [{ key: 'constant', users: 50, durationMs: 120_001 }, ['load.preset.durationMs']],
    [{ key: 'ramp', ratePerSecond: 41 }, ['load.preset.ratePerSecond']],
  ])('is said at the size of its preset: %j', (preset, paths) => expect(saidOf(resolved({ preset: { durationMs: 60_000, ...preset } }), false)).toEqual(paths));

  it('is what the server refuses', () => {
    const sizes = [1, 9, 10, 11, 40, 41, 50, 51, 200, 250, 251].flatMap((level) => [30_000, 120_000, 121_000].map((durationMs) => ({ level, durationMs })));
    const loads = PRESETS.flatMap((key: Preset) => sizes.flatMap(({ level, durationMs }) => [{ preset: { key, users: level, durationMs } }, ...(key === 'smoke' ? [] : [{ preset: { key, ratePerSecond: level, durationMs } }])]));
    const own = sizes.flatMap(({ level, durationMs }) => [closed(level, durationMs), open(level, level * 5, durationMs)]);
    const plans = [...loads.map((load) => [resolved(load), false] as const), ...own.map((load) => [resolved(load), true] as const)];
    expect(plans.filter(([plan, isOwn]) => saidOf(plan, isOwn).length !== refused(plan))).toEqual([]);
    expect(plans.filter(([plan]) => refused(plan) > 0).length).toBeGreaterThan(50);
  });
});
