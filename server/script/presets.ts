/** The load of a plan; the seven presets, expanded to stages. `level` is users (closed) or iterations per second (open). */
import type { Load, Stage } from './load.ts';
import { peakOf } from './load.ts';
import type { Preset, TestPlan } from './plan.ts';

type PresetLoad = NonNullable<TestPlan['load']['preset']>;

/** The load of a parsed plan: its stages as given, or its preset expanded. */
export function loadOf({ preset, closed, open }: TestPlan['load']): Load {
  if (preset) return expandPreset(preset);
  if (closed) {
    const stages = closed.stages.map((s) => ({ durationMs: s.durationMs, target: s.users }));
    return { model: 'closed', stages, maxUsers: peakOf(stages), maxIterations: null };
  }
  if (!open) throw new Error('a parsed plan has exactly one load');
  const stages = open.stages.map((s) => ({ durationMs: s.durationMs, target: s.ratePerSecond }));
  return { model: 'open', stages, maxUsers: open.maxUsers, maxIterations: null };
}

interface Recipe {
  readonly durationMs: number;
  readonly users: number;
  /** Shares of the duration, each with a share of the peak at its end; a share of 0 is a jump. */
  readonly shape: readonly (readonly [durationShare: number, levelShare: number])[];
}

const MINUTE = 60_000;
const steps = (n: number, rampShare: number) =>
  Array.from({ length: n }, (_, i) => [
    [rampShare / n, (i + 1) / n],
    [(1 - rampShare) / n, (i + 1) / n],
  ] as const).flat();

const RECIPES: Record<Preset, Recipe> = {
  smoke: { durationMs: MINUTE, users: 1, shape: [[0, 1], [1, 1]] },
  constant: { durationMs: MINUTE, users: 10, shape: [[0, 1], [1, 1]] },
  ramp: { durationMs: 5 * MINUTE, users: 20, shape: [[0.2, 1], [0.8, 1]] },
  spike: { durationMs: 5 * MINUTE, users: 50, shape: [[0, 0.2], [0.4, 0.2], [0.02, 1], [0.16, 1], [0.02, 0.2], [0.4, 0.2]] },
  stress: { durationMs: 10 * MINUTE, users: 100, shape: steps(4, 0.2) },
  soak: { durationMs: 60 * MINUTE, users: 20, shape: [[0.02, 1], [0.98, 1]] },
  breakpoint: { durationMs: 20 * MINUTE, users: 200, shape: steps(10, 0.1) },
};

/** Iterations after which a smoke test ends. */
const SMOKE_ITERATIONS = 5;

export function expandPreset(preset: PresetLoad): Load {
  const recipe = RECIPES[preset.key];
  const open = preset.ratePerSecond !== undefined;
  const peak = preset.ratePerSecond ?? preset.users ?? recipe.users;
  const total = preset.durationMs ?? recipe.durationMs;
  const stages: Stage[] = recipe.shape.map(([, level], i) => ({
    durationMs: endOf(recipe, i, total) - endOf(recipe, i - 1, total),
    target: open ? round3(peak * level) : Math.max(1, Math.round(peak * level)),
  }));
  return {
    model: open ? 'open' : 'closed',
    stages,
    maxUsers: open ? proposedMaxUsers(peakOf(stages)) : peakOf(stages),
    maxIterations: preset.key === 'smoke' ? SMOKE_ITERATIONS : null,
  };
}

/** Ends are rounded, not lengths: so the stages last as long together as was asked. */
function endOf({ shape }: Recipe, stage: number, totalMs: number): number {
  return Math.round(shape.slice(0, stage + 1).reduce((sum, [time]) => sum + time, 0) * totalMs);
}

/** Room for answers of up to 4 seconds at the peak rate. */
export function proposedMaxUsers(peakRate: number): number {
  return Math.max(1, Math.ceil(4 * peakRate));
}

const round3 = (value: number) => Math.round(value * 1000) / 1000;
