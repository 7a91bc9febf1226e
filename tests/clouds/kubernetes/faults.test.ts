/** What becomes of an order on a real Kubernetes when something is in the way: each fault is a sentence, and nothing is left. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BatchV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CloudHost, Fleet, FleetNews, FleetOrder, Fleets, ShardState } from '../../../server/clouds/cloud.ts';
import { kubernetes, RULES } from '../../../server/clouds/kubernetes/index.ts';
import { INDEX, ofRun } from '../../../server/clouds/kubernetes/order.ts';
import { cuttable } from '../../helpers/cuttable.ts';
import { freePort } from '../../helpers/free-port.ts';
import { childProcesses } from '../../helpers/leaks.ts';
import { until } from '../../helpers/until.ts';
import { limitedAccess } from './access.ts';
import { shardNamespace } from './bed.ts';
import { type Cluster, kubeconfigFor, missing, startCluster } from './cluster.ts';
import { type ProcessNode, startNode } from './node.ts';
import type { Fate } from './status.ts';

/** Counts, and does not end well when it is asked to. */
const COUNTING = 'let n = 0; process.on("SIGTERM", () => { console.log("last " + n); process.exit(1); }); setInterval(() => console.log(String(++n)), 20);';
const DEAF = 'process.on("SIGTERM", () => console.log("no")); console.log("here"); setInterval(() => {}, 1000)';
const GIVEN = 'console.log(require("fs").readFileSync(process.env.LOAD_TEST_TASK_FILE).length); console.log(JSON.stringify(process.env.ODD)); require("fs").writeFileSync(process.env.LOAD_TEST_SHARD_FOLDER + "/x", "x")';
const node = (script: string) => ({ entrypoint: [process.execPath, '-e', script] });
const images = { 'example.test/counting': node(COUNTING), 'example.test/deaf': node(DEAF), 'example.test/given': node(GIVEN) };

type Kubeconfig = { readonly clusters: [{ readonly cluster: { readonly server: string } }]; readonly users: [{ readonly user: { readonly token: string } }] };

describe.skipIf(missing)(`what can be in the way on a real Kubernetes${missing ? ` (${missing})` : ''}`, () => {
  let cluster: Cluster;
  let nodeOf: ProcessNode;
  let folder: string;
  let fate: Fate | null = null;
  let [core, batch] = [undefined as unknown as CoreV1Api, undefined as unknown as BatchV1Api];
  let [namespace, kubeconfig] = ['', ''];
  let runs = 0;
  const opened: Fleets[] = [];
  const before = childProcesses();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
    cluster = await startCluster();
    nodeOf = await startNode(cluster, { fate: () => fate, images });
    const config = new KubeConfig();
    config.loadFromString(cluster.kubeconfig);
    [core, batch] = [config.makeApiClient(CoreV1Api), config.makeApiClient(BatchV1Api)];
  });
  beforeEach(async () => {
    ({ namespace, kubeconfig } = await shardNamespace(cluster, folder));
  });
  afterEach(async () => {
    fate = null;
    await Promise.all(opened.splice(0).map((fleets) => fleets.close()));
  });
  afterAll(async () => {
    await nodeOf?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    expect(childProcesses()).toEqual(before);
  });

  const open = async (settings: Readonly<Record<string, string>> = {}, file = kubeconfig, host: Partial<CloudHost> = {}): Promise<Fleets> => {
    const given = { LOAD_TESTING_KUBERNETES_NAMESPACE: namespace, LOAD_TESTING_KUBERNETES_IMAGE: 'example.test/counting', ...settings };
    const kept = process.env['KUBECONFIG'];
    process.env['KUBECONFIG'] = file;
    try {
      const fleets = await kubernetes.open(kubernetes.settings.parse(given), { installation: 'one', stopGraceMs: 1000, log: { warn() {}, error() {} }, ...host } as CloudHost);
      opened.push(fleets);
      return fleets;
    } finally {
      if (kept === undefined) delete process.env['KUBECONFIG'];
      else process.env['KUBECONFIG'] = kept;
    }
  };
  const written = async (text: string): Promise<string> => {
    const file = path.join(folder, `kubeconfig-${++runs}`);
    await writeFile(file, text);
    return file;
  };
  const orderOf = (more: Partial<FleetOrder> = {}): FleetOrder => ({
    runId: `cccccccc-0000-4000-8000-${String(++runs).padStart(12, '0')}`, shards: 2, region: null, image: 'example.test/counting', task: 'dGFzaw==', secrets: {}, deadlineAt: new Date(Date.now() + 120_000), ...more,
  });
  const left = async ({ runId }: Pick<FleetOrder, 'runId'>) => {
    const of = { namespace, labelSelector: ofRun(runId) };
    const lists = await Promise.all([batch.listNamespacedJob(of), core.listNamespacedPod(of), core.listNamespacedConfigMap(of), core.listNamespacedSecret(of)]);
    return lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name));
  };
  const podOf = async ({ runId }: Fleet, shard: number) => (await core.listNamespacedPod({ namespace, labelSelector: `${ofRun(runId)},${INDEX}=${shard}` })).items[0]?.metadata?.name ?? '';
  const followed = (fleets: Fleets, fleet: Fleet, signal = AbortSignal.timeout(60_000)) => {
    const lines = Array.from({ length: fleet.shards }, (): string[] => []);
    const states = Array.from({ length: fleet.shards }, (): { state: ShardState; reason: string | null }[] => []);
    const ended = fleets.follow(fleet, (news: FleetNews) => {
      if ('line' in news) lines[news.shard]?.push(news.line);
      else states[news.shard]?.push({ state: news.state, reason: news.reason });
    }, signal);
    return { lines, states, ended, last: () => states.map((of) => of.at(-1)) };
  };
  const signal = () => AbortSignal.timeout(30_000);
  const speak = (lines: readonly string[][], least = 1) => until('all speak', () => lines.every(({ length }) => length >= least));

  test('what a shard is given comes to it byte for byte, also the most that it can be', async () => {
    const fleets = await open();
    const odd = '"$(LOAD_TEST_TASK_FILE)" $$ `x` \\ \n ü';
    const fleet = await fleets.launch(orderOf({ shards: 1, image: 'example.test/given', task: 'x'.repeat(kubernetes.most.taskBytes), secrets: { ODD: odd } }), signal());
    const { lines, ended, last } = followed(fleets, fleet);
    await ended;
    expect([lines, last()]).toEqual([[[String(kubernetes.most.taskBytes), JSON.stringify(odd)]], [{ state: 'succeeded', reason: null }]]);
    await fleets.remove(fleet);
    expect(await left(fleet)).toEqual([]);
  });

  test('an image that cannot be pulled is waited for a little, then its shards have failed, and come no more', async () => {
    fate = { never: 'pulled', message: 'manifest for example.test/counting not found' };
    const fleets = await open();
    const fleet = await fleets.launch(orderOf(), signal());
    const { states, ended, last } = followed(fleets, fleet);
    await ended;
    for (const of of states) expect(of.find(({ reason }) => reason !== null)).toMatchObject({ state: 'pending', reason: expect.stringContaining('manifest for example.test/counting not found') });
    for (const one of last()) expect(one).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^Its image cannot be pulled: .*\.$/) });
    await until('their pods are gone', async () => (await core.listNamespacedPod({ namespace })).items.length === 0);
    await fleets.remove(fleet);
    expect(await left(fleet)).toEqual([]);
  });

  test('a shard that no node has room for waits, with the reason, for as long as somebody asks', async () => {
    fate = { never: 'scheduled', message: '0/3 nodes are available: 3 Insufficient cpu.' };
    const fleets = await open();
    const fleet = await fleets.launch(orderOf(), signal());
    const enough = new AbortController();
    const { ended, last } = followed(fleets, fleet, enough.signal);
    await until('the reason is told', () => last().every((one) => one?.reason != null));
    enough.abort();
    await ended;
    expect(last()).toEqual([0, 1].map(() => ({ state: 'pending', reason: 'No node can take it: 0/3 nodes are available: 3 Insufficient cpu.' })));
    await fleets.remove(fleet);
    expect(await left(fleet)).toEqual([]);
  });

  test.each([
    ['OOMKilled', /^It needed more memory than the 2Gi that it may have/],
    ['Evicted', /^Its node evicted it: The node was low on resource: memory\./],
    ['NodeShutdown', /^It was ended from outside: Pod was terminated in response to imminent node shutdown\.$/],
  ] as const)('a shard that ends by %s says so, and the other one goes on', async (death, reason) => {
    const fleets = await open();
    const fleet = await fleets.launch(orderOf(), signal());
    const { lines, ended, last } = followed(fleets, fleet);
    await speak(lines);
    nodeOf.kill(await podOf(fleet, 1), death);
    await until('it has failed', () => last()[1]?.state === 'failed');
    expect(last()[1]?.reason).toMatch(reason);
    const told = lines[0]?.length ?? 0;
    await until('the other one goes on', () => (lines[0]?.length ?? 0) > told + 20);
    expect(last()[0]).toEqual({ state: 'running', reason: null });
    await fleets.remove(fleet);
    await ended;
  });

  test('what the namespace does not allow is told when it is ordered, and nothing is left', async () => {
    await core.createNamespacedLimitRange({ namespace, body: { metadata: { name: 'small' }, spec: { limits: [{ type: 'Container', max: { cpu: '500m' } }] } } });
    const fleets = await open();
    const order = orderOf();
    await expect(fleets.launch(order, signal())).rejects.toThrow(/^Kubernetes makes 0 of 2 pods, and no more: .*maximum cpu usage per Container is 500m, but limit is 1\.$/);
    expect(await left(order)).toEqual([]);
  });

  test('an order of which a part is refused leaves nothing', async () => {
    const other = await cluster.namespace();
    namespace = other;
    const fleets = await open({}, await written(await limitedAccess(cluster, other, RULES.map((rule) => ({ ...rule, resources: rule.resources.filter((resource) => resource !== 'secrets') })))));
    expect(await fleets.health(signal())).toEqual({ identity: `system:serviceaccount:${other}:load-testing`, problem: `system:serviceaccount:${other}:load-testing may not create secrets in namespace "${other}" of Kubernetes. The role that it needs stands in docs/clouds/kubernetes.md.` });
    const order = orderOf();
    await expect(fleets.launch(order, signal())).rejects.toThrow(/^Kubernetes does not allow it: secrets is forbidden: .*\. The role that it needs/);
    expect(await left(order)).toEqual([]);
  });

  test('a Job of this name that another installation made is not touched', async () => {
    const [ours, others] = [await open(), await open({}, kubeconfig, { installation: 'two' })];
    const order = orderOf();
    const fleet = await others.launch(order, signal());
    await expect(ours.launch(order, signal())).rejects.toThrow(/^The namespace has a Job load-test-\S+ that another installation made\.$/);
    expect(await left(order)).toHaveLength(5);
    await others.remove(fleet);
  });

  test('lines come each once and in their order, however often the way to them breaks', async () => {
    const fleets = await open();
    const fleet = await fleets.launch(orderOf(), signal());
    const { lines, ended, last } = followed(fleets, fleet);
    for (let cut = 1; cut <= 4; cut++) {
      await speak(lines, cut * 15);
      nodeOf.cutLogs();
    }
    await speak(lines, 100);
    await fleets.stop(fleet, 5000);
    await ended;
    for (const said of lines) expect(said).toEqual([...said.slice(0, -1).map((_, i) => String(i + 1)), `last ${said.length - 1}`]);
    expect(last().map((one) => one?.state)).toEqual(['stopped', 'stopped']);
    await fleets.remove(fleet);
  });

  test('an API server that is away is waited for: what was printed meanwhile comes then', async () => {
    const { clusters: [{ cluster: { server } }], users: [{ user: { token } }] } = JSON.parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
    await using way = await cuttable(server);
    const fleets = await open({}, await written(kubeconfigFor({ server: way.url.replace(/\/$/, ''), certificate: cluster.tls.cert, token })));
    const fleet = await fleets.launch(orderOf(), signal());
    const { lines, ended, last } = followed(fleets, fleet);
    await speak(lines, 20);
    await way.cut();
    const name = await podOf(fleet, 0);
    const told = lines[0]?.length ?? 0;
    // For longer than a single question is tried.
    await until('much is printed that nobody hears', async () => (await core.readNamespacedPodLog({ name, namespace })).split('\n').length > told + 500);
    expect(lines[0]?.length).toBeLessThan(told + 20);
    await way.mend();
    await speak(lines, told + 520);
    await fleets.stop(fleet, 5000);
    await ended;
    for (const said of lines) expect(said).toEqual([...said.slice(0, -1).map((_, i) => String(i + 1)), `last ${said.length - 1}`]);
    expect(last().map((one) => one?.state)).toEqual(['stopped', 'stopped']);
    await fleets.remove(fleet);
  });

  test('a stop kills what does not listen when its grace is over, and no pod is made anew', async () => {
    const fleets = await open();
    const fleet = await fleets.launch(orderOf({ image: 'example.test/deaf' }), signal());
    const { lines, ended, last } = followed(fleets, fleet);
    await speak(lines);
    await fleets.stop(fleet, 1000);
    await fleets.stop(fleet, 1000);
    await ended;
    expect(lines).toEqual([['here', 'no'], ['here', 'no']]);
    expect(last()).toEqual([0, 1].map(() => ({ state: 'stopped', reason: 'Its pod was deleted.' })));
    const ofJob = await until('its Job is over', async () => {
      const { status } = await batch.readNamespacedJob({ name: fleet.ids[0] ?? '', namespace });
      return status?.conditions?.some(({ type, status: is }) => type === 'Failed' && is === 'True') && status;
    });
    expect(ofJob).toMatchObject({ failed: 2 });
    expect((await core.listNamespacedPod({ namespace })).items).toEqual([]);
    await fleets.remove(fleet);
  });

  test('what a shard has printed is read again as it is stored, also when the others are stopped; of one that is gone there is nothing', async () => {
    const fleets = await open();
    const fleet = await fleets.launch(orderOf(), signal());
    const { lines, ended, last } = followed(fleets, fleet);
    await speak(lines, 20);
    nodeOf.kill(await podOf(fleet, 1), 'OOMKilled');
    await until('it has failed', () => last()[1]?.state === 'failed');
    await fleets.stop(fleet, 5000);
    await ended;
    const stored = async (shard: number) => {
      const said: string[] = [];
      for await (const line of fleets.stored(fleet, shard, signal())) said.push(line);
      return said;
    };
    expect(await stored(1)).toEqual(lines[1]);
    await until('the pod that was stopped is gone, and its log with it', async () => (await stored(0)).length === 0);
    expect(await stored(1)).toEqual(lines[1]);
    await fleets.remove(fleet);
    expect(await stored(1)).toEqual([]);
  });

  test('a shard that is there at its deadline is ended by Kubernetes', async () => {
    const fleets = await open();
    const fleet = await fleets.launch(orderOf({ deadlineAt: new Date(Date.now() + 2000) }), signal());
    const { ended, last } = followed(fleets, fleet);
    await ended;
    expect(last()).toEqual([0, 1].map(() => ({ state: 'stopped', reason: 'It was still there at its deadline, so Kubernetes ended it.' })));
    await fleets.remove(fleet);
  });

  test('a Job that somebody deletes is told', async () => {
    const fleets = await open();
    const fleet = await fleets.launch(orderOf(), signal());
    const { lines, ended, last } = followed(fleets, fleet);
    await speak(lines);
    await batch.deleteNamespacedJob({ name: fleet.ids[0] ?? '', namespace, propagationPolicy: 'Background' });
    await ended;
    expect(last()).toEqual([0, 1].map(() => ({ state: 'stopped', reason: 'Its Job was deleted.' })));
  });

  test('health names what is missing: rights, a namespace, a context, credentials, a server', async () => {
    const problem = async (fleets: Promise<Fleets>) => fleets.then((of) => of.health(signal())).then((health) => health.problem, ({ message }: Error) => message);
    expect(await (await open()).health(signal())).toEqual({ identity: `system:serviceaccount:${namespace}:load-testing`, problem: null });
    expect(await problem(open({ LOAD_TESTING_KUBERNETES_NAMESPACE: 'elsewhere' }))).toMatch(/ may not create jobs, get jobs, .* list events in namespace "elsewhere" of Kubernetes\. The role/);
    expect(await problem(open({ LOAD_TESTING_KUBERNETES_NAMESPACE: 'nowhere' }, await written(cluster.kubeconfig)))).toMatch(/^There is no namespace "nowhere" on this Kubernetes: /);
    expect(await problem(open({ LOAD_TESTING_KUBERNETES_CONTEXT: 'other' }))).toBe('The kubeconfig has no context "other". It has test.');
    expect(await problem(open({}, '/nowhere/kubeconfig'))).toMatch(/^The kubeconfig cannot be read: .*\/nowhere\/kubeconfig/);
    expect(await problem(open({}, await written('{}')))).toMatch(/^There is no access to a Kubernetes: /);
    const { clusters: [{ cluster: { server } }] } = JSON.parse(cluster.kubeconfig) as Kubeconfig;
    const access = { server, certificate: cluster.tls.cert, token: 'none' };
    expect(await problem(open({}, await written(kubeconfigFor(access))))).toMatch(/^Kubernetes does not know this server: /);
    const closed = `https://127.0.0.1:${await freePort()}`;
    expect(await problem(open({}, await written(kubeconfigFor({ ...access, server: closed }))))).toMatch(new RegExp(`^The API server of Kubernetes at ${closed} cannot be reached: .*ECONNREFUSED`));
    const program = JSON.parse(kubeconfigFor(access)) as { users: unknown };
    program.users = [{ name: 'test', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-program-of-a-cloud' } } }];
    expect(await problem(open({}, await written(JSON.stringify(program))))).toMatch(/^The credentials of the kubeconfig cannot be had: .*no-such-program-of-a-cloud/);
  });
});
