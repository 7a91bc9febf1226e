/** An order as Cloud Run reads it: one job for each run, whose tasks are its shards. Pure. */
import type { run_v2 } from '@googleapis/run';
import type { CloudHost, FleetOrder } from '../cloud.ts';
import type { GcpSettings } from './settings.ts';

/** Of one variable's value, in bytes. */
export const MOST_TASK_BYTES = 32_768;

/** SIGTERM comes ten seconds before SIGKILL: the tool is given half of it, the other half is for its last lines. */
const MOST_STOP_GRACE_MS = 5000;
/** A task may live for 168 hours. */
const MOST_SECONDS = 168 * 3600;

const MANAGED_BY = 'load-testing';

/** At most 49 characters, of which the id has 36. */
export const jobIdOf = (runId: string): string => `load-test-${runId}`;

export function jobOf(order: FleetOrder, settings: GcpSettings, { installation, stopGraceMs }: Pick<CloudHost, 'installation' | 'stopGraceMs'>, now: number): run_v2.Schema$GoogleCloudRunV2Job {
  const deadline = order.deadlineAt.getTime();
  const labels = { 'managed-by': MANAGED_BY, 'load-test-run': label(order.runId), 'load-test-installation': label(installation), 'load-test-deadline': String(Math.ceil(deadline / 1000)) };
  return {
    labels,
    client: MANAGED_BY,
    template: {
      labels,
      taskCount: order.shards,
      // Shards that wait for one another's end would make a load of another shape.
      parallelism: order.shards,
      template: {
        executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
        // A shard that began a second time would make its load twice.
        maxRetries: 0,
        timeout: `${Math.min(MOST_SECONDS, Math.max(1, Math.ceil((deadline - now) / 1000)))}s`,
        ...(settings.LOAD_TESTING_GCP_SERVICE_ACCOUNT ? { serviceAccount: settings.LOAD_TESTING_GCP_SERVICE_ACCOUNT } : {}),
        containers: [
          {
            image: order.image,
            env: [
              { name: 'LOAD_TEST_TASK', value: order.task },
              { name: 'LOAD_TESTING_STOP_GRACE_MS', value: String(Math.min(MOST_STOP_GRACE_MS, stopGraceMs)) },
              ...Object.keys(order.secrets).map((name) => ({ name, valueSource: { secretKeyRef: { ...settings.LOAD_TESTING_GCP_SECRETS[name] } } })),
            ],
            resources: { limits: { cpu: settings.LOAD_TESTING_GCP_CPU, memory: settings.LOAD_TESTING_GCP_MEMORY } },
          },
        ],
      },
    },
  };
}

/** null: it is no run of this installation. */
export function runIdOf(job: run_v2.Schema$GoogleCloudRunV2Job, installation: string): string | null {
  const { 'managed-by': by, 'load-test-installation': whose, 'load-test-run': runId } = job.labels ?? {};
  return by === MANAGED_BY && whose === label(installation) && runId ? runId : null;
}

/** Letters that a label may have. */
const label = (text: string): string => text.toLowerCase().replace(/[^a-z0-9_-]/g, '-').slice(0, 63);
