/**
 * A plan as the server gives it back: a JSON scalar in `PlanInput`'s shape, validated when it was stored. Read here by its
 * type alone, so that lists and runs do not load the whole schema; the form parses it.
 */
import type { TestPlan } from '../../../../server/script/plan.ts';

export const storedPlan = (plan: unknown): TestPlan => plan as TestPlan;
