import { describe, expect, test } from 'vitest';
import { gcp } from '../../../server/clouds/gcp/index.ts';
import { jobIdOf, jobOf, runIdOf } from '../../../server/clouds/gcp/order.ts';
import { settings } from '../../../server/clouds/gcp/settings.ts';
import { readConfig } from '../../../plugin/config.ts';

const env = { LOAD_TESTING_GCP_PROJECT: 'my-project', LOAD_TESTING_GCP_REGIONS: 'europe-west1, europe-west3', LOAD_TESTING_GCP_IMAGE: 'docker.io/me/{framework}:1' };
const NOW = Date.parse('2026-12-01T00:00:00Z');
const order = { runId: 'aaaaaaaa-0000-4000-8000-000000000001', shards: 3, region: 'europe-west1', image: 'docker.io/me/k6:1', task: 'dGFzaw==', secrets: { TOKEN: 'its value' }, deadlineAt: new Date(NOW + 90_500) };

describe('An order for Google Cloud Run', () => {
  const given = settings.parse({ ...env, LOAD_TESTING_GCP_SECRETS: '{"TOKEN": "projects/other/secrets/token/versions/3"}', LOAD_TESTING_GCP_SERVICE_ACCOUNT: 'nobody@my-project.iam.gserviceaccount.com' });

  test('is one job whose tasks all run at once, once, and not after the deadline', () => {
    const job = jobOf(order, given, { installation: 'Here_1', stopGraceMs: 60_000 }, NOW);
    expect(job.template).toMatchObject({ taskCount: 3, parallelism: 3, template: { maxRetries: 0, timeout: '91s', serviceAccount: 'nobody@my-project.iam.gserviceaccount.com', executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2' } });
    expect(job.template?.template?.containers).toEqual([
      {
        image: 'docker.io/me/k6:1',
        env: [
          { name: 'LOAD_TEST_TASK', value: 'dGFzaw==' },
          { name: 'LOAD_TESTING_STOP_GRACE_MS', value: '5000' },
          { name: 'TOKEN', valueSource: { secretKeyRef: { secret: 'projects/other/secrets/token', version: '3' } } },
        ],
        resources: { limits: { cpu: '1', memory: '2Gi' } },
      },
    ]);
    expect(JSON.stringify(job)).not.toContain('its value');
    expect(jobIdOf(order.runId).length).toBeLessThan(50);
  });

  test('is found again by its labels, by its own installation alone', () => {
    const job = jobOf(order, given, { installation: 'Here_1', stopGraceMs: 1000 }, NOW);
    expect(job.labels).toEqual({ 'managed-by': 'load-testing', 'load-test-run': order.runId, 'load-test-installation': 'here_1', 'load-test-deadline': String((NOW + 91_000) / 1000) });
    expect(runIdOf(job, 'Here_1')).toBe(order.runId);
    expect(runIdOf(job, 'there')).toBeNull();
    expect(runIdOf({ labels: { 'load-test-installation': 'here_1' } }, 'Here_1')).toBeNull();
  });
});

describe('Settings of Google Cloud Run', () => {
  test('say what is missing, one after the other', () => {
    const said = (more: object) => gcp.unconfigured(settings.parse(more));
    expect(said({})).toMatch(/LOAD_TESTING_GCP_PROJECT/);
    expect(said({ ...env, LOAD_TESTING_GCP_REGIONS: '' })).toMatch(/LOAD_TESTING_GCP_REGIONS/);
    expect(said({ ...env, LOAD_TESTING_GCP_IMAGE: ' , ' })).toMatch(/LOAD_TESTING_GCP_IMAGE/);
    expect(said(env)).toBeNull();
    expect([gcp.regions(settings.parse(env)), gcp.leadMs(settings.parse(env), 1)]).toEqual([['europe-west1', 'europe-west3'], 60_000]);
  });

  test('that are wrong stop the start with their names', () => {
    const wrong = { LOAD_TESTING_GCP_PROJECT: 'My Project', LOAD_TESTING_GCP_CPU: '3', LOAD_TESTING_GCP_MEMORY: '2G', LOAD_TESTING_GCP_SECRETS: '{"TOKEN": "//"}', LOAD_TESTING_GCP_SERVICE_ACCOUNT: 'nobody', LOAD_TESTING_GCP_LEAD_MS: '5', LOAD_TESTING_GCP_PRICE_GIB_SECOND: '-1' };
    for (const [name, value] of Object.entries(wrong)) expect(() => readConfig({ [name]: value })).toThrow(`${name}: must be`);
  });

  test('name secrets by themselves, with their project and with their version; a variable without one is not carried', () => {
    const given = settings.parse({ ...env, LOAD_TESTING_GCP_SECRETS: '{"A": "a", "B": "projects/p/secrets/b", "C": "c/versions/7"}' });
    expect(given.LOAD_TESTING_GCP_SECRETS).toEqual({ A: { secret: 'a', version: 'latest' }, B: { secret: 'projects/p/secrets/b', version: 'latest' }, C: { secret: 'c', version: '7' } });
    expect(gcp.uncarried(given, ['A', 'TOKEN', 'C'])).toEqual([{ name: 'TOKEN', message: expect.stringMatching(/TOKEN .*LOAD_TESTING_GCP_SECRETS/) }]);
  });
});

describe('The price of a run on Google Cloud Run', () => {
  const estimate = (more: object, region = 'europe-west1', seconds = 900) => gcp.estimate(settings.parse({ ...env, ...more }), { shards: 10, seconds, region });

  test('is that of its processors and memory for its time, a minute at least', () => {
    expect(estimate({}).amount).toBeCloseTo(10 * 900 * (0.000018 + 2 * 0.000002), 10);
    expect(estimate({}, 'europe-west1', 5).amount).toBeCloseTo(10 * 60 * (0.000018 + 2 * 0.000002), 10);
    expect(estimate({ LOAD_TESTING_GCP_CPU: '4', LOAD_TESTING_GCP_MEMORY: '512Mi' }).amount).toBeCloseTo(10 * 900 * (4 * 0.000018 + 0.5 * 0.000002), 10);
  });

  test('is the dearer one where a region is not known as a cheaper one, and the operator\'s own where there is one', () => {
    expect(estimate({}, 'europe-west3').amount).toBeCloseTo(10 * 900 * (0.0000216 + 2 * 0.0000024), 10);
    expect(estimate({ LOAD_TESTING_GCP_PRICE_VCPU_SECOND: '0.00001', LOAD_TESTING_GCP_PRICE_GIB_SECOND: '0.000001' }).amount).toBeCloseTo(10 * 900 * (0.00001 + 2 * 0.000001), 10);
  });

  test('says what it is made of, and what is not in it', () => {
    expect(estimate({}).basis).toBe("10 shards of 1 vCPU and 2 GiB for 900 s each, at 0.000018 USD for a vCPU and 0.000002 USD for a GiB a second (list price of Cloud Run jobs, regions of tier 1). Not in it: what the load sends over the internet, logs beyond 50 GiB a month (0.50 USD for a GiB; a shard writes some kB a second), and what is free each month.");
    expect(estimate({ LOAD_TESTING_GCP_PRICE_VCPU_SECOND: '0.00001' }).basis).toContain("prices of this server's settings");
  });
});
