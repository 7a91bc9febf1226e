/** Every address of the panel. A reload at any of them shows the same. */
import { resolve } from '$app/paths';

const query = (workflowId: string | null) => (workflowId === null ? '' : `?workflow=${encodeURIComponent(workflowId)}`);

export const links = {
  home: () => resolve('/'),
  workflow: (workflowId: string) => resolve('/') + query(workflowId),
  newTest: (workflowId: string) => resolve('/tests/new') + query(workflowId),
  newTestScript: (workflowId: string) => resolve('/tests/new/script') + query(workflowId),
  test: (id: string) => resolve('/tests/[id]', { id }),
  testScript: (id: string) => resolve('/tests/[id]/script', { id }),
  testRuns: (id: string, chosen: readonly string[] = []) => resolve('/tests/[id]/runs', { id }) + (chosen.length === 0 ? '' : `?${new URLSearchParams({ compare: chosen.join(',') })}`),
  testTrend: (id: string) => resolve('/tests/[id]/trend', { id }),
  run: (id: string) => resolve('/runs/[id]', { id }),
  compare: (before: readonly string[], after: readonly string[], all = false) => `${resolve('/compare')}?${new URLSearchParams({ before: before.join(','), after: after.join(','), ...(all ? { all: '1' } : {}) })}`,
  runScript: (id: string) => resolve('/runs/[id]/script', { id }),
};
