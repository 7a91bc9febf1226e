/** Where the requests of a target go, below its base URL. Pure. */
import type { TestPlan } from '../plan.ts';

type Target = TestPlan['target'];

export const SESSIONS_PATH = '/api/sessions';

/** As the plan says it, or as the preset has it. A session's own name is in the paths of what comes after it, so theirs are not here. */
export function executePath({ preset, path, workflowName = '' }: Pick<Target, 'preset' | 'path' | 'workflowName'>): string {
  if (path !== undefined) return path;
  if (preset === 'gateway') return `/workflows/${encodeURIComponent(workflowName)}/execute`;
  return preset === 'studio' ? '/api/workflow/execute' : '/';
}

/** The full address to which a user's first request goes: where that does not go well, no other one is sent. */
export function firstAddress(target: Target): string {
  const path = target.auth?.login?.path ?? (target.preset === 'sessions' ? SESSIONS_PATH : executePath(target));
  return target.baseUrl.replace(/\/+$/, '') + path;
}
