import { describe, expect, it } from 'vitest';
import { asJudged, planAsked } from '../../ui/src/lib/verdict/asked-again.ts';

const plan = {
  target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' },
  load: { preset: { key: 'constant', users: 2, durationMs: 20_000 } },
  warmUpMs: 2500,
  objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 400, during: 'whole', strict: true }, { metric: 'latency', statistic: 'p50', comparison: '<=', maxChangeRatio: 0.25 }],
};
const judged = [{ metric: 'latency', comparison: '<', value: 400 }, { metric: 'latency', comparison: '<=', value: null }, { metric: 'error_ratio', comparison: '<', value: 0.01 }];

describe('a run that is judged again', () => {
  it('starts with the objectives of its plan and the one that was added, and asks for the same while nothing is changed', () => {
    const asked = asJudged({ plan, objectives: judged });
    expect(asked.objectives.map(({ metric, heldTo, maxChange }) => [metric, heldTo, maxChange])).toEqual([['latency', 'value', '10'], ['latency', 'baseline', '25'], ['error_ratio', 'value', '10']]);
    expect(JSON.parse(JSON.stringify(planAsked(plan, asked)))).toEqual({ ...plan, objectives: [...plan.objectives, { metric: 'error_ratio', comparison: '<', value: 0.01 }] });
  });

  it('without a warm-up of its own leaves it to the plan', () => {
    const { warmUpMs: _, ...without } = plan;
    const asked = asJudged({ plan: without, objectives: [] });
    expect(asked.warmUp).toBe('');
    expect('warmUpMs' in planAsked(without, asked)).toBe(false);
    expect(planAsked(plan, { ...asked, warmUp: '5' }).warmUpMs).toBe(5000);
    expect('warmUpMs' in planAsked(plan, { ...asJudged({ plan, objectives: [] }), warmUp: '' })).toBe(false);
  });
});
