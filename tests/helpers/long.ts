/** What is too long for every day: `npm run test:long` does more of the same, and all that is only done there. */
import process from 'node:process';

export const long = process.env['LOAD_TEST_LONG'] === '1';

export const amount = (usual: number, inTheLongRun: number): number => (long ? inTheLongRun : usual);

/** Files that take too long for every day; each looks closer at something that others look at daily. */
export const onlyInTheLongRun = [
  // The contract is held daily for processes; of these places what is particular to each, in part.
  'tests/clouds/aws.test.ts',
  'tests/clouds/aws/provider.test.ts',
  'tests/clouds/azure.test.ts',
  'tests/clouds/azure/provider.test.ts',
  'tests/clouds/gcp.test.ts',
  'tests/clouds/gcp/faults.test.ts',
  'tests/clouds/killed.test.ts',
  'tests/clouds/many-shards.test.ts',
  'tests/plugin/panel.test.ts',
  'tests/plugin/stop.test.ts',
  'tests/run/comparison.test.ts',
  'tests/run/crash-guard.test.ts',
  'tests/run/crash-servers.test.ts',
  'tests/run/crash-first-start.test.ts',
  'tests/run/endings.test.ts',
  'tests/run/faults.test.ts',
  'tests/run/faults-time.test.ts',
  'tests/run/flows.test.ts',
  'tests/run/import.test.ts',
  'tests/run/recover.test.ts',
  'tests/run/self-check.test.ts',
  'tests/run/stop.test.ts',
  'tests/run/trend.test.ts',
  'tests/run/two-definitions.test.ts',
  'tests/run/unreachable.test.ts',
  'tests/real/artillery.test.ts',
  'tests/real/brought-again.test.ts',
  'tests/real/conformance/edited.test.ts',
  'tests/real/conformance/flows.test.ts',
  'tests/real/conformance/load.test.ts',
  'tests/real/conformance/shares.test.ts',
  'tests/real/conformance/two-definitions.test.ts',
  'tests/real/conformance/verdict.test.ts',
  'tests/real/conformance/wire.test.ts',
  'tests/real/rejudge.test.ts',
  'tests/real/whose-fault.test.ts',
  'tests/real/ci.test.ts',
  'tests/ui/browser-cloud.test.ts',
  'tests/ui/browser-compare.test.ts',
  'tests/ui/browser-config.test.ts',
  'tests/ui/browser-group.test.ts',
  'tests/ui/browser-looks.test.ts',
  'tests/ui/browser-lost.test.ts',
  'tests/ui/browser-plans.test.ts',
  'tests/ui/browser-problems.test.ts',
  'tests/ui/browser-runs.test.ts',
  'tests/ui/browser-two.test.ts',
];
