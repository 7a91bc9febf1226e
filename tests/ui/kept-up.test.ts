import { describe, expect, it } from 'vitest';
import { keptUp } from '../../ui/src/lib/metrics/kept-up.ts';

const generator = { cpuRatio: null, latenessP99Ms: null, saturated: false };

describe('whether the load generator kept up', () => {
  it('is not said where neither processor time nor lateness was measured', () => {
    expect(keptUp(null)).toBe('notMeasured');
    expect(keptUp(generator)).toBe('notMeasured');
  });
  it('is said from either of them', () => {
    expect(keptUp({ ...generator, cpuRatio: 0 })).toBe('healthy');
    expect(keptUp({ ...generator, latenessP99Ms: 0 })).toBe('healthy');
  });
  it('is denied whatever it was known from', () => expect(keptUp({ ...generator, saturated: true })).toBe('saturated'));
});
