/** What an operator allows in tests. */
import type { Limits } from '../../server/context.ts';

export const LIMITS: Limits = {
  maxUsers: 200,
  maxRatePerSecond: 500,
  maxDurationMs: 600_000,
  concurrentRuns: 1,
  concurrentRunsPerOrganization: 100,
  maxMemoryBytes: 4e9,
  maxOutputBytes: 1e8,
  maxFolderBytes: 1e9,
  maxImportBytes: 1e8,
  maxCloudCost: () => null,
  allowedTargets: [],
};
