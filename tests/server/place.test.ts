/** Where a run is made, as far as it is known before anything is started. */
import { describe, expect, test } from 'vitest';
import type { CloudHost } from '../../server/clouds/cloud.ts';
import { openClouds } from '../../server/clouds/clouds.ts';
import { kubernetes } from '../../server/clouds/kubernetes/index.ts';
import { processes } from '../../server/clouds/process/index.ts';
import type { Context } from '../../server/context.ts';
import { mostShards } from '../../server/run/fleet/how-many.ts';
import { givenPlace } from '../../server/run/fleet/place.ts';
import { hostFingerprint } from '../../server/run/machine.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { locust } from '../../templates/locust/index.ts';
import { LIMITS } from '../helpers/limits.ts';
import { emptyScript, testPlan } from '../helpers/stored-run.ts';

const users = (count: number) => ({ closed: { stages: [{ durationMs: 10_000, users: count }] } });

describe('how many shards a plan has work for', () => {
  const most = (more: object) => mostShards(resolvePlan(testPlan(more)));
  const rows = (order: string) => ({ load: users(20), inputs: { dataset: { format: 'csv', text: 'name\na\nb\nc', order } } });
  test('is as many as it has users', () => {
    expect(most({ load: users(20) })).toBe(20);
  });
  test('and no more than it starts iterations', () => {
    expect(most({ load: { open: { stages: [{ durationMs: 0, ratePerSecond: 0.5 }, { durationMs: 10_000, ratePerSecond: 0.5 }], maxUsers: 20 } } })).toBe(5);
  });
  test('and no more than it has rows, where each is used once', () => {
    expect([most(rows('unique')), most(rows('sequential'))]).toEqual([3, 20]);
  });
});

describe('what a run is compared by', () => {
  const fingerprint = async (cloud: typeof processes | typeof kubernetes, settings: Readonly<Record<string, string>> = {}) => {
    const opened = { ...cloud, open: async () => ({ health: async () => ({ identity: null, problem: null }) }) } as unknown as typeof processes;
    const ctx = { clouds: openClouds([opened], settings, {} as CloudHost), limits: LIMITS, viewer: { organizationId: 'north' } } as unknown as Context;
    return (await givenPlace(ctx, { place: cloud.key, cloud: { shards: 2 } }, { plan: resolvePlan(testPlan()), framework: locust, script: emptyScript, runs: 1 }))?.fingerprint;
  };
  const of = { LOAD_TESTING_KUBERNETES_NAMESPACE: 'load', LOAD_TESTING_KUBERNETES_IMAGE: 'shard:1' };
  test('is how large the machines of its shards are: on larger ones the same run is faster', async () => {
    expect(await fingerprint(kubernetes, of)).toBe('Kubernetes, 2 shards of shard:1, 1 CPU, 2Gi');
    expect(await fingerprint(kubernetes, { ...of, LOAD_TESTING_KUBERNETES_CPU: '4' })).toBe('Kubernetes, 2 shards of shard:1, 4 CPU, 2Gi');
  });
  test('is this machine for shards that run on it', async () => {
    expect(await fingerprint(processes)).toBe(`Processes, 2 shards, ${hostFingerprint}`);
  });
});
