/** What a check of the connection sends of a plan, and what it may fail on before it is sent. Pure. */
import type { Problem } from '../graphql/answer.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { within } from './problems.ts';

/** What one request is made of, and its answer judged by: the rest of a plan may still be wrong. */
const NEEDED = ['target', 'inputs', 'checks', 'secrets', 'requestTimeoutMs', 'pollIntervalMs', 'pollDeadlineMs'] as const;

/** One user is enough for one request. */
export function planOfCheck(plan: PlanInput): PlanInput {
  const { target, inputs, checks, secrets, requestTimeoutMs, pollIntervalMs, pollDeadlineMs } = plan;
  const kept = Object.fromEntries(Object.entries({ inputs, checks, secrets, requestTimeoutMs, pollIntervalMs, pollDeadlineMs }).filter(([, value]) => value !== undefined));
  return { target, load: { preset: { key: 'smoke' } }, ...kept };
}

/** Fields without which nothing can be sent. */
export const againstCheck = (problems: readonly Problem[]): readonly Problem[] => problems.filter(({ path }) => NEEDED.some((field) => within(path, field)));
