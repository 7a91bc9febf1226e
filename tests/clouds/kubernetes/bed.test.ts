/** The ground that the provider is tested on: what a real Kubernetes does with Jobs, and that the node runs their pods as a kubelet would. */
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { BatchV1Api, CoreV1Api, KubeConfig, Log, type V1Job, type V1Pod, type V1PodSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { childProcesses } from '../../helpers/leaks.ts';
import { until } from '../../helpers/until.ts';
import { limitedAccess } from './access.ts';
import { type Cluster, missing, startCluster } from './cluster.ts';
import { type ProcessNode, startNode } from './node.ts';
import type { Fate } from './status.ts';

/** Prints a line each 50 ms, and a last one when it is asked to end. */
const TALKING = `
let n = 0;
process.on('SIGTERM', () => { console.log('last ' + n); process.exit(0); });
setInterval(() => console.log(JSON.stringify({ shard: process.env.JOB_COMPLETION_INDEX, n: n++, at: Date.now() })), 50);`;
const talking = ['node', '-e', TALKING];
const shell = (script: string) => ['sh', '-c', script];

describe.skipIf(missing)(`a real Kubernetes, with a node of processes${missing ? ` (${missing})` : ''}`, () => {
  let cluster: Cluster;
  let node: ProcessNode;
  let [core, batch, log, namespace] = [undefined as unknown as CoreV1Api, undefined as unknown as BatchV1Api, undefined as unknown as Log, ''];
  let fate: Fate | null = null;
  const before = childProcesses();

  beforeAll(async () => {
    cluster = await startCluster();
    node = await startNode(cluster, { fate: () => fate, images: { 'example.test/talking': { entrypoint: talking } } });
    const config = new KubeConfig();
    config.loadFromString(cluster.kubeconfig);
    [core, batch, log] = [config.makeApiClient(CoreV1Api), config.makeApiClient(BatchV1Api), new Log(config)];
  });
  beforeEach(async () => {
    namespace = await cluster.namespace();
  });
  afterAll(async () => {
    await node?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    expect(childProcesses()).toEqual(before);
  });

  const create = async (name: string, command: readonly string[] | null, { job = {}, pod = {}, container = {} }: { job?: Partial<V1Job['spec']>; pod?: Partial<V1PodSpec>; container?: Partial<V1PodSpec['containers'][0]> } = {}) =>
    batch.createNamespacedJob({
      namespace,
      body: {
        metadata: { name },
        spec: {
          completions: 1, parallelism: 1, completionMode: 'Indexed', backoffLimit: 0, ...job,
          template: { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 5, ...pod, containers: [{ name: 'shard', image: 'example.test/talking', ...(command ? { command: [...command] } : {}), ...container }] } },
        },
      },
    });
  const podsOf = async (name: string) => (await core.listNamespacedPod({ namespace, labelSelector: `batch.kubernetes.io/job-name=${name}` })).items;
  const podsWhen = (what: string, name: string, has: (pod: V1Pod) => boolean, count = 1) =>
    until(`${count} of the pods of ${name} ${what}`, async () => {
      const pods = (await podsOf(name)).filter(has);
      return pods.length === count && pods;
    });
  const inPhase = (phase: string, name: string, count = 1) => podsWhen(`are ${phase}`, name, ({ status }) => status?.phase === phase, count);
  const onlyPod = async (phase: string, name: string) => (await inPhase(phase, name))[0] as V1Pod;
  const nameOf = (pod: V1Pod) => pod.metadata?.name ?? '';
  const condition = (name: string, type: string) => until(`${name} is ${type}`, async () => (await batch.readNamespacedJob({ name, namespace })).status?.conditions?.find((found) => found.type === type && found.status === 'True'));
  const stored = (pod: V1Pod, options: { tailLines?: number; timestamps?: boolean } = {}) => core.readNamespacedPodLog({ name: nameOf(pod), namespace, ...options });
  const follow = async (pod: V1Pod, onLine: (line: string) => void, from: { sinceTime?: string } = {}) => {
    const stream = new PassThrough();
    const ended = (async () => {
      for await (const line of createInterface({ input: stream })) onLine(line);
    })();
    await log.log(namespace, nameOf(pod), 'shard', stream, { follow: true, ...from });
    return { ended };
  };

  test('an indexed Job runs each of its pods once, and each knows its index', async () => {
    await create('four', shell('echo "I am $JOB_COMPLETION_INDEX"'), { job: { completions: 4, parallelism: 4 } });
    await condition('four', 'Complete');
    expect((await batch.readNamespacedJob({ name: 'four', namespace })).status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
    const logs = await Promise.all((await inPhase('Succeeded', 'four', 4)).map((pod) => stored(pod)));
    expect(logs.toSorted()).toEqual([0, 1, 2, 3].map((index) => `I am ${index}\n`));
  });

  test('the API server refuses what is no Job, and a second one of the same name', async () => {
    await expect(create('bad', talking, { pod: { restartPolicy: 'Always' } })).rejects.toMatchObject({ code: 422 });
    await create('twice', shell('true'));
    await expect(create('twice', shell('true'))).rejects.toMatchObject({ code: 409 });
  });

  test('what is printed is followed as it comes, and deleting the Job lets each pod say a last word', async () => {
    await create('stopped', null, { job: { completions: 2, parallelism: 2 } });
    const pods = await inPhase('Running', 'stopped', 2);
    const lines: string[][] = [[], []];
    const latest: number[] = [];
    const followed = await Promise.all(pods.map((pod, i) => follow(pod, (line) => {
      lines[i]?.push(line);
      if (line.startsWith('{')) latest.push(Date.now() - (JSON.parse(line) as { at: number }).at);
    })));
    await until('each has said ten lines', () => lines.every(({ length }) => length >= 10));
    expect(Math.min(...latest)).toBeLessThan(50); // before the next one
    await batch.deleteNamespacedJob({ name: 'stopped', namespace, propagationPolicy: 'Foreground' });
    await Promise.all(followed.map(({ ended }) => ended));
    for (const said of lines) expect(said.at(-1)).toMatch(/^last \d+$/);
    await until('the pods are gone', async () => (await podsOf('stopped')).length === 0);
  });

  test('a program that does not listen is killed when its grace is over', async () => {
    await create('deaf', ['node', '-e', 'process.on("SIGTERM", () => console.log("no")); console.log("here"); setInterval(() => {}, 1000)'], { pod: { terminationGracePeriodSeconds: 1 } });
    const pod = await onlyPod('Running', 'deaf');
    const lines: string[] = [];
    const { ended } = await follow(pod, (line) => lines.push(line));
    await until('it is there', () => lines.includes('here'));
    await batch.deleteNamespacedJob({ name: 'deaf', namespace, propagationPolicy: 'Background' });
    await ended;
    expect(lines).toEqual(['here', 'no']);
    await until('the pod is gone', async () => (await podsOf('deaf')).length === 0);
    expect(childProcesses().filter((child) => child.includes('process.on("SIGTERM", () => console.log("no"))'))).toEqual([]);
  });

  test('a Job ends at its deadline, and is removed when its time has come', async () => {
    await create('late', talking, { job: { activeDeadlineSeconds: 1, ttlSecondsAfterFinished: 1 } });
    expect(await condition('late', 'Failed')).toMatchObject({ reason: 'DeadlineExceeded' });
    await until('the Job is removed', () => batch.readNamespacedJob({ name: 'late', namespace }).then(() => false, ({ code }) => code === 404));
  });

  test('files, variables and fields reach the program', async () => {
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'given' }, data: { 'script.js': 'run(1)', size: '7' }, binaryData: { bytes: Buffer.from([0, 255]).toString('base64') } } });
    await core.createNamespacedSecret({ namespace, body: { metadata: { name: 'given' }, stringData: { TOKEN: 'se$(X)cret' } } });
    const all = 'cat /load-test/script.js; echo; od -An -tx1 /load-test/bytes; (echo x > /load-test/y) 2>/dev/null || echo read-only; echo x > /scratch/y && cat /scratch/y; echo "$A $B $TOKEN $POD $1"';
    await create('given', ['sh', '-c', all, 'sh'], {
      pod: { volumes: [{ name: 'files', configMap: { name: 'given' } }, { name: 'scratch', emptyDir: {} }] },
      container: {
        args: ['$(A)+$$(A)+$(NOBODY)'],
        volumeMounts: [{ name: 'files', mountPath: '/load-test' }, { name: 'scratch', mountPath: '/scratch' }],
        envFrom: [{ secretRef: { name: 'given' } }],
        env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'given', key: 'size' } } }, { name: 'B', value: 'b$(A)' }, { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      },
    });
    const pod = await onlyPod('Succeeded', 'given');
    expect((await stored(pod)).split('\n')).toEqual(['run(1)', ' 00 ff', 'read-only', 'x', `7 b7 se$(X)cret ${nameOf(pod)} 7+$(A)+$(NOBODY)`, '']);
  });

  test('a pod waits for a Secret that is made after it', async () => {
    await create('early', shell('echo "$TOKEN"'), { container: { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'later', key: 'token' } } }] } });
    const [waiting] = await podsWhen('wait', 'early', ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError');
    expect(waiting?.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe('secret "later" not found');
    await core.createNamespacedSecret({ namespace, body: { metadata: { name: 'later' }, stringData: { token: 'now' } } });
    expect(await stored(await onlyPod('Succeeded', 'early'))).toBe('now\n');
  });

  test('stored lines are read from the end, and with their times', async () => {
    await create('said', shell('for i in 1 2 3; do echo $i; done; echo oops >&2; printf cut'));
    const pod = await onlyPod('Succeeded', 'said');
    expect((await stored(pod)).split('\n').toSorted()).toEqual(['', '1', '2', '3', 'cut', 'oops']);
    expect((await stored(pod, { tailLines: 2 })).trim().split('\n')).toHaveLength(2);
    for (const line of (await stored(pod, { timestamps: true })).trim().split('\n')) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z \w+$/);
  });

  test('lines are read from a time on', async () => {
    await create('long', shell('echo old; sleep 2; echo new'));
    const pod = await onlyPod('Succeeded', 'long');
    const lines = (await stored(pod, { timestamps: true })).trim().split('\n').map((line) => line.split(' '));
    expect(lines.map(([, text]) => text)).toEqual(['old', 'new']);
    const since: string[] = [];
    await (await follow(pod, (line) => since.push(line), { sinceTime: lines[1]?.[0] ?? '' })).ended;
    expect(since).toEqual(['new']);
  });

  test('a program that fails fails its Job, with its exit code', async () => {
    await create('failing', shell('exit 7'));
    expect(await condition('failing', 'Failed')).toMatchObject({ reason: 'BackoffLimitExceeded' });
    expect((await onlyPod('Failed', 'failing')).status?.containerStatuses?.[0]?.state).toEqual({ terminated: expect.objectContaining({ exitCode: 7, reason: 'Error' }) });
  });

  test('somebody with the least rights makes Jobs and reads their pods in one namespace, and nothing else', async () => {
    const config = new KubeConfig();
    config.loadFromString(await limitedAccess(cluster, namespace));
    const [theirs, jobs] = [config.makeApiClient(CoreV1Api), config.makeApiClient(BatchV1Api)];
    await create('theirs', shell('true'));
    await condition('theirs', 'Complete');
    expect((await jobs.listNamespacedJob({ namespace })).items).toHaveLength(1);
    expect((await theirs.listNamespacedPod({ namespace })).items).toHaveLength(1);
    const other = await cluster.namespace();
    for (const ask of [() => theirs.listNamespacedSecret({ namespace }), () => theirs.listNamespacedSecret({ namespace: other }), () => jobs.listNamespacedJob({ namespace: other }), () => theirs.listNode(), () => theirs.deleteNamespacedPod({ namespace, name: 'any' })])
      await expect(ask()).rejects.toMatchObject({ code: 403 });
  });

  describe('faults', () => {
    const whileFated = async (kept: Fate, act: () => Promise<void>) => {
      fate = kept;
      await act().finally(() => { fate = null; });
    };
    const gone = async (name: string) => {
      await batch.deleteNamespacedJob({ name, namespace, propagationPolicy: 'Background' });
      await until('the pods are gone', async () => (await podsOf(name)).length === 0);
    };

    test('a pod that no node has room for stays pending, with the reason', async () => {
      await whileFated({ never: 'scheduled', message: '0/3 nodes are available: 3 Insufficient cpu.' }, async () => {
        await create('unscheduled', talking);
        const [pod] = await podsWhen('have no room', 'unscheduled', ({ status }) => status?.conditions?.some(({ reason }) => reason === 'Unschedulable') ?? false);
        expect(pod).toMatchObject({ status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available: 3 Insufficient cpu.' }] } });
        await gone('unscheduled');
      });
    });

    test('an image that cannot be pulled keeps its pod waiting, with the reason, and its log is refused', async () => {
      await whileFated({ never: 'pulled', message: 'rpc error: code = NotFound desc = example.test/talking: not found' }, async () => {
        await create('unpulled', null);
        const [pod] = await podsWhen('back off', 'unpulled', ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff');
        expect(pod?.status?.containerStatuses?.[0]?.state?.waiting?.message).toMatch(/^Back-off pulling image "example.test\/talking": ErrImagePull: .* not found$/);
        await expect(stored(pod as V1Pod)).rejects.toMatchObject({ code: 400, body: expect.stringContaining('is waiting to start') });
        await gone('unpulled');
      });
    });

    for (const [death, status, lastWord] of [
      ['OOMKilled', { phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }] }, false],
      ['Evicted', { phase: 'Failed', reason: 'Evicted', message: expect.stringContaining('low on resource') }, false],
      ['NodeShutdown', { phase: 'Failed', reason: 'Terminated', message: expect.stringContaining('node shutdown') }, true],
    ] as const)
      test(`a pod dies: ${death}`, async () => {
        const name = death.toLowerCase();
        await create(name, talking);
        const running = await onlyPod('Running', name);
        const lines: string[] = [];
        const { ended } = await follow(running, (line) => lines.push(line));
        await until('it speaks', () => lines.length > 0);
        node.kill(nameOf(running), death);
        await ended;
        expect((await onlyPod('Failed', name)).status).toMatchObject(status);
        expect(lines.at(-1)?.startsWith('last')).toBe(lastWord);
        expect(await condition(name, 'Failed')).toMatchObject({ reason: 'BackoffLimitExceeded' });
      });

    test('a log stream breaks in the middle; what was printed is still there', async () => {
      await create('cut', talking);
      const pod = await onlyPod('Running', 'cut');
      const lines: string[] = [];
      const { ended } = await follow(pod, (line) => lines.push(line));
      await until('it has said three lines', () => lines.length >= 3);
      expect(node.cutLogs()).toBe(1);
      await ended.catch(() => {});
      expect((await podsOf('cut'))[0]?.status?.phase).toBe('Running');
      expect(await stored(pod)).toContain(lines.join('\n'));
      await gone('cut');
    });
  });
});
