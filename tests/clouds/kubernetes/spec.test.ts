/** What is said and asked without a Kubernetes: settings, prices, the Job, and what the status of a pod means. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { kubernetes, RULES } from '../../../server/clouds/kubernetes/index.ts';
import { lookAt } from '../../../server/clouds/kubernetes/look.ts';
import { givenOf, jobOf, type Ordered } from '../../../server/clouds/kubernetes/order.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const setTo = (more: Readonly<Record<string, string>> = {}) => kubernetes.settings.parse(Object.fromEntries(Object.entries(more).map(([name, value]) => [`LOAD_TESTING_KUBERNETES_${name}`, value])));
const required = { NAMESPACE: 'load', IMAGE: 'registry.example/{framework}:1, registry.example/other:1' };

describe('how Kubernetes is set up', () => {
  test('a namespace and an image are needed, and each is asked for', () => {
    expect(kubernetes.unconfigured(setTo())).toContain('LOAD_TESTING_KUBERNETES_NAMESPACE');
    expect(kubernetes.unconfigured(setTo({ NAMESPACE: 'load' }))).toContain('LOAD_TESTING_KUBERNETES_IMAGE');
    expect(kubernetes.unconfigured(setTo(required))).toBeNull();
    expect(kubernetes.images(setTo(required))).toEqual(['registry.example/{framework}:1', 'registry.example/other:1']);
  });

  test.each([
    ['NAMESPACE', 'Load Test', 'small letters'],
    ['CPU', 'two', '500m'],
    ['CPU', '0', '500m'],
    ['MEMORY', '2 GB', '2Gi'],
    ['MEMORY', '64Mi', '256Mi'],
    ['NODE_SELECTOR', 'pool', 'pool=load'],
    ['TOLERATIONS', 'pool=load:Never', 'NoSchedule'],
    ['CPU_HOUR_PRICE', 'cheap', '0.04'],
    ['LEAD_MS', '10', '1000'],
  ])('%s=%s is refused, and an example is given', (name, value, example) => {
    expect(() => setTo({ [name]: value })).toThrow(example);
  });

  test('without a price it costs nothing, and it is said why; with one, so many cores for so long', () => {
    const order = { shards: 4, seconds: 900, region: null };
    expect(kubernetes.estimate(setTo(), order)).toMatchObject({ amount: 0, currency: 'USD', basis: expect.stringContaining('paid for whether shards run on them or not') });
    expect(kubernetes.estimate(setTo({ CPU: '500m', CPU_HOUR_PRICE: '0.04' }), order)).toMatchObject({ amount: expect.closeTo(4 * 0.5 * 0.25 * 0.04, 9), basis: expect.stringContaining('4 shards of 500m CPU, at 0.04 USD') });
  });

  test('the documentation has the rights that are asked for, the version of the client that is tested, and each setting', async () => {
    const page = await readFile(path.join(root, 'docs/clouds/kubernetes.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
    expect((parse(yaml) as { rules: unknown }).rules).toEqual(RULES);
    const { devDependencies } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
    const client = `@kubernetes/client-node@${devDependencies['@kubernetes/client-node']}`;
    expect(page).toContain(`npm install ${client}`);
    expect(await readFile(path.join(root, 'server/clouds/kubernetes/api.ts'), 'utf8')).toContain(`'${client}'`);
    for (const name of Object.keys(kubernetes.settings.shape)) expect(page).toContain(`| \`${name}\` |`);
  });
});

describe('what is asked of Kubernetes', () => {
  const order = { runId: '01234567-89ab-4cde-8f01-23456789abcd', shards: 3, region: null, image: 'registry.example/locust:1', task: 'dGFzaw==', secrets: { TOKEN: 'sé$(X)cret' }, deadlineAt: new Date(61_500) };
  const ordered = (more: Readonly<Record<string, string>> = {}): Ordered => ({ order, settings: setTo({ ...required, ...more }), installation: 'one', stopGraceMs: 5000, now: 1000 });

  test('a Job that starts each index once, goes on when one fails, and ends by itself', () => {
    const { metadata, spec } = jobOf(ordered());
    expect(metadata).toMatchObject({ name: `load-test-${order.runId}`, labels: { 'app.kubernetes.io/managed-by': 'load-testing', 'load-testing/run-id': order.runId, 'load-testing/installation': 'one' }, annotations: { 'load-testing/deadline': '1970-01-01T00:01:01.500Z' } });
    expect(spec).toMatchObject({ suspend: true, completionMode: 'Indexed', completions: 3, parallelism: 3, backoffLimitPerIndex: 0, activeDeadlineSeconds: 61, ttlSecondsAfterFinished: 600 });
    expect(spec).not.toHaveProperty('backoffLimit');
    expect(spec?.template.spec).toMatchObject({ restartPolicy: 'Never', terminationGracePeriodSeconds: 10, automountServiceAccountToken: false });
  });

  test('pods are where and as large as the operator says, and their tool has less than all of it', () => {
    const spec = jobOf(ordered({ CPU: '2', MEMORY: '1Gi', NODE_SELECTOR: 'pool=load,disk=', TOLERATIONS: 'pool=load:NoSchedule,spot', SERVICE_ACCOUNT: 'shards', IMAGE_PULL_SECRET: 'registry' })).spec?.template.spec;
    expect(spec).toMatchObject({ serviceAccountName: 'shards', imagePullSecrets: [{ name: 'registry' }], nodeSelector: { pool: 'load', disk: '' }, tolerations: [{ key: 'pool', operator: 'Equal', value: 'load', effect: 'NoSchedule' }, { key: 'spot', operator: 'Exists' }] });
    const resources = { cpu: '2', memory: '1Gi' };
    expect(spec?.containers).toMatchObject([{ image: 'registry.example/locust:1', resources: { requests: resources, limits: resources }, env: expect.arrayContaining([{ name: 'LOAD_TESTING_MAX_MEMORY_MB', value: '858' }]) }]);
  });

  test('values of variables are in the Secret and nowhere else; what a run owns goes with its Job', () => {
    const job = { ...jobOf(ordered()), metadata: { uid: 'of-the-job' } };
    const { configMap, secret } = givenOf(ordered(), job);
    expect(secret.stringData).toEqual({ TOKEN: 'sé$(X)cret' });
    expect(JSON.stringify([job, configMap])).not.toContain('cret"');
    for (const { metadata } of [configMap, secret]) expect(metadata?.ownerReferences).toEqual([expect.objectContaining({ kind: 'Job', uid: 'of-the-job', blockOwnerDeletion: true })]);
  });
});

describe('what the status of a pod means', () => {
  const pod = (status: V1PodStatus, deleted = false): V1Pod => ({ metadata: deleted ? { deletionTimestamp: new Date() } : {}, spec: { containers: [{ name: 'shard', resources: { limits: { memory: '2Gi' } } }] }, status });
  const inContainer = (state: object) => ({ containerStatuses: [{ name: 'shard', image: '', imageID: '', ready: false, restartCount: 0, state }] });
  const ended = (terminated: object, more: V1PodStatus = {}) => ({ phase: 'Failed', ...inContainer({ terminated }), ...more });

  test.each<[string, V1PodStatus, object]>([
    ['nothing yet', { phase: 'Pending' }, { at: 'waiting', reason: null, hopeless: false }],
    ['its container is being made', { phase: 'Pending', ...inContainer({ waiting: { reason: 'ContainerCreating' } }) }, { at: 'waiting', reason: null, hopeless: false }],
    ['no node', { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }] }, { at: 'waiting', reason: 'No node can take it: 0/3 nodes are available.', hopeless: false }],
    ['a name that is none', { phase: 'Pending', ...inContainer({ waiting: { reason: 'InvalidImageName', message: 'couldn\'t parse image name' } }) }, { at: 'waiting', reason: 'Its image has a name that is none: couldn\'t parse image name.', hopeless: true }],
    ['an image whose user is root', { phase: 'Pending', ...inContainer({ waiting: { reason: 'CreateContainerConfigError', message: 'container has runAsNonRoot and image will run as root' } }) }, { at: 'waiting', reason: 'Its container cannot be made: container has runAsNonRoot and image will run as root.', hopeless: true }],
    ['it runs', { phase: 'Running', ...inContainer({ running: {} }) }, { at: 'running' }],
    ['its container has ended just now', { phase: 'Running', ...inContainer({ terminated: { exitCode: 0 } }) }, { at: 'running' }],
    ['it is done', { phase: 'Succeeded' }, { at: 'over', state: 'succeeded', reason: null }],
    ['it says why', ended({ exitCode: 1, message: '["waiting",0,1]\nThe task of this shard cannot be read.\n["end"]\n' }), { at: 'over', state: 'failed', reason: 'It ended with exit code 1: The task of this shard cannot be read.' }],
    ['it says nothing', ended({ exitCode: 139 }), { at: 'over', state: 'failed', reason: 'It ended with exit code 139.' }],
    ['too much memory', ended({ exitCode: 137, reason: 'OOMKilled' }), { at: 'over', state: 'failed', reason: expect.stringMatching(/^It needed more memory than the 2Gi .*LOAD_TESTING_KUBERNETES_MEMORY/) }],
    ['its node is full', { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' }, { at: 'over', state: 'failed', reason: 'Its node evicted it: The node was low on resource: memory.' }],
    ['another pod needs its place', ended({ exitCode: 143 }, { conditions: [{ type: 'DisruptionTarget', status: 'True', message: 'preempting to accommodate a higher priority pod' }] }), { at: 'over', state: 'failed', reason: 'It was ended from outside: preempting to accommodate a higher priority pod.' }],
    ['nobody knows', { phase: 'Failed' }, { at: 'over', state: 'failed', reason: 'It failed, and Kubernetes does not say why.' }],
  ])('%s', (_name, status, look) => {
    expect(lookAt(pod(status))).toEqual(look);
  });

  test('a pod that was deleted was stopped, whatever its program made of it', () => {
    expect(lookAt(pod(ended({ exitCode: 137 }), true))).toEqual({ at: 'over', state: 'stopped', reason: null });
    expect(lookAt(pod({ phase: 'Succeeded' }, true))).toEqual({ at: 'over', state: 'succeeded', reason: null });
  });
});
