/** k6 is licensed AGPL-3.0: the user brings it; nothing of it comes with this product. */
import type { Tool } from '../framework.ts';

export const tool: Tool = {
  pathVariable: 'K6_PATH',
  executable: 'k6',
  versionArgs: ['version'],
  // "k6 v2.2.0 (commit/..., go1.26, linux/amd64)"
  parseVersion: (output) => /^k6(?:\.exe)? v(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  /**
   * Made for and measured with 2.2. From 1.3 on there is nothing that the script, its command line or its exit codes use in another way:
   * the executors, thresholds, Counters, handleSummary with the legacy data, --console-output and `exec.instance` are the same by the release
   * notes of 1.3 to 2.2. A major version 3 may change any of them.
   */
  range: '>=1.3.0 <3',
  install: null,
  hint: 'Install k6 (https://grafana.com/docs/k6/latest/set-up/install-k6/) and put it on PATH, or set K6_PATH to the program.',
};
