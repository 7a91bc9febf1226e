/** What is particular to Azure: what it refuses, what goes wrong there, and the words for it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { azure } from '../../../server/clouds/azure/index.ts';
import { openAzure } from '../../../server/clouds/azure/fleets.ts';
import { type CloudHost, CloudProblem, type Fleet, type FleetOrder, type Fleets, hasEnded } from '../../../server/clouds/cloud.ts';
import { childProcesses } from '../../helpers/leaks.ts';
import { until } from '../../helpers/until.ts';
import { type AzureBed, missing, MUCH, openBed, SUBSCRIPTION, WAITS } from './bed.ts';
import { Refused } from './wire.ts';
import { following, numbered } from '../following.ts';

const limited = (headers: Record<string, string> = {}) => new Refused(429, 'TooManyRequests', 'The request is being throttled as the limit has been reached for operation type - Read. For more information, see - https://aka.ms/srpthrottlinglimits', headers);
const away = new Refused(503, 'ServiceUnavailable', 'The service is temporarily unavailable.');
const denied = (right: string) => new Refused(403, 'AuthorizationFailed', `The client 'app' with object id 'o' does not have authorization to perform action 'Microsoft.ContainerInstance/${right}' over scope '/subscriptions/${SUBSCRIPTION}/resourceGroups/load-tests' or the scope is invalid.`);

describe.skipIf(missing)(`Azure, one refusal or fault at a time${missing ? ` (${missing})` : ''}`, () => {
  const before = childProcesses();
  let bed: AzureBed;
  let folder: string;
  let fleets: Fleets;
  let host: CloudHost;
  let fleet: Fleet | null = null;
  const warnings: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'azure-'));
    const log = { warn: (facts: object, message: string) => void warnings.push(`${message}: ${(facts as { err?: Error }).err?.message}`), error() {} };
    host = { installation: 'here', folder, searchPath: '', stopGraceMs: 1000, toolPaths: {}, dataFolder: folder, log };
    bed = await openBed({ locust: '/none' });
    fleets = await bed.open(host);
  });
  afterEach(async () => {
    bed.arm.recover();
    Object.assign(bed.service, { room: Number.POSITIVE_INFINITY, fate: null, begins: Promise.resolve() });
    bed.shells.isAway = false;
    if (fleet) await fleets.remove(fleet);
    fleet = null;
    expect(bed.service.groups.size).toBe(0);
    expect([...bed.arm.violations, ...bed.shells.wrong, ...warnings.splice(0)]).toEqual([]);
  });
  afterAll(async () => {
    await fleets?.close();
    await bed?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    expect(childProcesses()).toEqual(before);
  });

  const soon = () => AbortSignal.timeout(20_000);
  let ordered = 0;
  const order = (more: Partial<FleetOrder> = {}): FleetOrder => ({ runId: `dddddddd-0000-4000-8000-${String(ordered++).padStart(12, '0')}`, shards: 2, region: 'westeurope', image: WAITS, task: 'bm90aGluZw==', secrets: {}, deadlineAt: new Date(Date.now() + 60_000), ...more });
  const launch = async (wanted = order(), by = fleets): Promise<Fleet> => {
    fleet = await by.launch(wanted, soon());
    return fleet;
  };
  const refused = async (wanted = order(), by = fleets): Promise<string> => {
    const error: unknown = await by.launch(wanted, soon()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CloudProblem);
    expect(await bed.left(wanted.runId)).toEqual([]);
    return (error as Error).message;
  };
  const asked = (what: string, runId: string) => bed.arm.requests.filter((request) => request.asked === what && request.name.includes(runId)).length;

  /** Each once, in its order. */
  const inOrder = (lines: readonly string[]) => expect(numbered(lines)).toEqual(numbered(lines).map((_, i) => i));

  describe('a launch', () => {
    test('makes a group for each shard, whose tags say which run it is of, and which shows no value of a variable', async () => {
      const wanted = order({ secrets: { TOKEN: 'a secret' } });
      await launch(wanted);
      expect(fleet).toEqual({ runId: wanted.runId, shards: 2, region: 'westeurope', ids: [0, 1].map((shard) => `load-test-${wanted.runId}-${shard}`) });
      const group = bed.service.of(`load-test-${wanted.runId}-1`).answer({ isList: false });
      expect(group.tags).toEqual({ 'managed-by': 'load-testing', 'load-test-run': wanted.runId, 'load-test-installation': 'here', 'load-test-deadline': wanted.deadlineAt.toISOString() });
      expect(JSON.stringify([group, fleet])).not.toContain('a secret');
    });

    test('that a quota stands in the way of starts nothing, and says it', async () => {
      bed.service.room = 2;
      expect(await refused(order({ shards: 4 }))).toMatch(/^The subscription may have no more container groups, or cores of them, in this region: .*Azure says: .*'StandardCores' exceeded in region 'westeurope'\. Limit: '2', Usage: '2' Requested: '1'\.$/);
    });

    test('of shards larger than there is room for says what to do', async () => {
      const large = await bed.open(host, { LOAD_TESTING_AZURE_CPU: '8', LOAD_TESTING_AZURE_MEMORY: '16' });
      expect(await refused(order(), large)).toMatch(/^Azure has no room for shards of this size in the region at this time: try later, another region, or smaller ones\. Azure says: The requested resource is not available/);
      await large.close();
    });

    test('of an image that cannot be pulled names it', async () => {
      expect(await refused(order({ image: 'registry.example/nobodys:1' }))).toMatch(/^The image cannot be pulled: .*LOAD_TESTING_AZURE_REGISTRY_IDENTITY.*'registry\.example\/nobodys:1'/);
    });

    for (const [what, answer, sentence] of [
      ['a right is missing', denied('containerGroups/write'), /^The credentials of this server may not do Microsoft\.ContainerInstance\/containerGroups\/write: the role in docs\/clouds\/azure\.md allows it\./],
      ['the subscription is not registered', new Refused(409, 'MissingSubscriptionRegistration', "The subscription is not registered to use namespace 'Microsoft.ContainerInstance'."), /^The subscription is not registered for Azure Container Instances: az provider register --namespace Microsoft\.ContainerInstance\./],
      ['the subnet is none for it', new Refused(400, 'SubnetNotDelegated', "Subnet 's' requires delegation to Microsoft.ContainerInstance/containerGroups"), /^The subnet of LOAD_TESTING_AZURE_SUBNET cannot be used: it must be delegated/],
      ['something else is wrong', new Refused(400, 'InvalidOsType', 'The osType is invalid'), /^Azure refuses it: The osType is invalid\.$/],
    ] as const)
      test(`is refused in a sentence where ${what}`, async () => {
        bed.arm.fail('make', answer);
        expect(await refused()).toMatch(sentence);
      });

    test('that is throttled waits as long as Azure says, and makes each group once', async () => {
      bed.arm.fail('make', limited({ 'retry-after-ms': '20' }), 5);
      const wanted = order({ shards: 3 });
      await launch(wanted);
      expect(await bed.left(wanted.runId)).toHaveLength(3);
      expect(asked('make', wanted.runId)).toBe(8);
    });

    test('that is turned away for longer is told so', async () => {
      bed.arm.fail('make', limited(), 2);
      expect(await refused()).toMatch(/^Azure limits how often it is asked, and still did after several tries: .* Use fewer shards, or try again in a few minutes\.$/);
    });

    for (const how of ['broken', 'lost'] as const)
      test(`whose ${how === 'lost' ? 'answers are lost' : 'connections break'} on the way makes each group once`, async () => {
        bed.arm.fail('make', how, 2);
        const wanted = order();
        await launch(wanted);
        expect(asked('make', wanted.runId)).toBe(4);
        expect(await bed.left(wanted.runId)).toHaveLength(2);
      });

    test('of a run that is there asks for what is missing only: one that has ended would begin again', async () => {
      const wanted = order();
      const launched = await launch(wanted);
      await until('it runs', () => bed.service.of(launched.ids[0] ?? '').isRunning);
      await bed.kill(wanted.runId, 0);
      await until('one has ended', () => bed.service.of(launched.ids[0] ?? '').isOver);
      expect(await fleets.launch(wanted, soon())).toEqual(launched);
      expect(asked('make', wanted.runId)).toBe(2);
    });

    test('brings the largest task that is promised to a shard, as a file', async () => {
      const told = following(await launch(order({ shards: 1, image: 'registry.example/load-test-locust:1', task: 'x'.repeat(azure.most.taskBytes) })), fleets);
      await told.over;
      expect(told.last(0)).toEqual({ shard: 0, state: 'failed', reason: 'It ended with exit code 1: The task of this shard cannot be read: it was cut on its way, or is of another version.' });
    });

    test('that is given up in the middle leaves nothing', async () => {
      const slow = await bed.open(host, {}, { writesPerSecond: 4 });
      const wanted = order({ shards: 8 });
      const stop = new AbortController();
      const launching = slow.launch(wanted, stop.signal);
      launching.catch(() => {});
      await until('some are there', async () => (await bed.left(wanted.runId)).length > 2);
      stop.abort(new Error('stopped'));
      await expect(launching).rejects.toThrow('stopped');
      expect(asked('make', wanted.runId)).toBeLessThan(8);
      expect(await bed.left(wanted.runId)).toEqual([]);
      await slow.close();
    });
  });

  describe('a shard', () => {
    test('tells each line once, and the last one after it was asked to end', async () => {
      const told = following(await launch(), fleets);
      await until('lines come', () => numbered(told.lines(0)).length > 15 && numbered(told.lines(1)).length > 15);
      await fleets.stop(fleet as Fleet, 5000);
      await fleets.stop(fleet as Fleet, 5000);
      await told.over;
      for (const shard of [0, 1]) {
        inOrder(told.lines(shard));
        expect(told.lines(shard).at(-1)).toBe('["the last line"]');
        expect(told.last(shard)).toEqual({ shard, state: 'succeeded', reason: null });
      }
    });

    test('that no shell reaches is ended at once, and it is said', async () => {
      const told = following(await launch(), fleets);
      await until('lines come', () => numbered(told.lines(0)).length > 2 && numbered(told.lines(1)).length > 2);
      bed.shells.isAway = true;
      bed.arm.fail('exec', denied('containerGroups/containers/exec/action'));
      await fleets.stop(fleet as Fleet, 5000);
      await told.over;
      expect([told.last(0), told.last(1)]).toEqual([0, 1].map((shard) => ({ shard, state: 'stopped', reason: 'It was stopped.' })));
      expect(warnings.splice(0).toSorted()).toEqual([
        expect.stringMatching(/^a shard could not be told to end, so it is ended at once: what it printed last may be lost: The container could not be reached for a command\./),
        expect.stringMatching(/^a shard could not be told to end, .*may not do Microsoft\.ContainerInstance\/containerGroups\/containers\/exec\/action/),
      ]);
    });

    test('that waits says what for, and is stopped before it began', async () => {
      const room = Promise.withResolvers<void>();
      bed.service.begins = room.promise;
      const told = following(await launch(), fleets);
      await until('it is told', () => told.last(1)?.reason === `Azure says: pulling image "${WAITS}".`);
      await fleets.stop(fleet as Fleet, 5000);
      await told.over;
      room.resolve();
      expect([told.last(0), told.last(1)]).toEqual([0, 1].map((shard) => ({ shard, state: 'stopped', reason: 'It was stopped before it ran.' })));
    });

    test('whose image cannot be pulled later on waits with that reason, and has failed when Azure gives up', async () => {
      const message = `Failed to pull image "${WAITS}": rpc error: unauthorized`;
      for (const isFinal of [false, true]) {
        bed.service.fate = { name: 'Failed', message, isFinal };
        const told = following(await launch(order({ shards: 1 })), fleets);
        await until('it is told', () => told.last(0)?.reason?.startsWith('The image cannot be pulled: ') && told.last(0)?.state === (isFinal ? 'failed' : 'pending'));
        expect(told.last(0)?.reason).toMatch(/rpc error: unauthorized\.$/);
        told.stop();
        await told.over;
        await fleets.remove(fleet as Fleet);
      }
    });

    test('that dies is told as that, with what it said last, and the others go on', async () => {
      const launched = await launch();
      const told = following(launched, fleets);
      await until('lines come', () => numbered(told.lines(1)).length > 2);
      await bed.kill(launched.runId, 1);
      await until('it is told', () => hasEnded(told.last(1)?.state ?? 'pending'));
      expect(told.last(1)).toEqual({ shard: 1, state: 'failed', reason: 'It ended with exit code 137 (killed): it waits' });
      expect(told.last(0)).toMatchObject({ state: 'running' });
      inOrder(told.lines(1));
      told.stop();
      await told.over;
    });

    test('whose group somebody deletes is told as that', async () => {
      const launched = await launch();
      const told = following(launched, fleets);
      await until('lines come', () => numbered(told.lines(1)).length > 2);
      bed.service.remove(launched.ids[1] ?? '');
      await until('it is told', () => told.last(1)?.state === 'failed');
      expect(told.last(1)?.reason).toMatch(/^(Its container group is not there any more: somebody deleted it|It was stopped)/);
      told.stop();
      await told.over;
    });

    test('whose reads are throttled, or not answered, leaves no gap', async () => {
      const told = following(await launch(), fleets);
      await until('lines come', () => numbered(told.lines(0)).length > 2);
      bed.arm.fail('logs', limited({ 'retry-after-ms': '30' }), 12);
      bed.arm.fail('logs', away, 12);
      bed.arm.fail('get', 'broken', 12);
      const known = numbered(told.lines(0)).length;
      await until('lines still come', () => numbered(told.lines(0)).length > known + 20);
      told.stop();
      await told.over;
      for (const shard of [0, 1]) inOrder(told.lines(shard));
    });

    test('is asked no more often than all of them may be', async () => {
      const patient = await bed.open(host, {}, { readsPerSecond: 10 });
      const launched = await launch(order({ shards: 4 }));
      const told = following(launched, patient);
      const reads = () => asked('get', launched.runId) + asked('logs', launched.runId);
      const [first, from] = [reads(), performance.now()];
      await until('much was asked for', () => reads() >= first + 40);
      expect((performance.now() - from) / 1000).toBeGreaterThan(2.9);
      told.stop();
      await told.over;
      for (const shard of [0, 1, 2, 3]) inOrder(told.lines(shard));
      await patient.close();
    });

    test('that cannot be read for too long ends the following', async () => {
      const impatient = await bed.open(host, {}, { awayMs: 300 });
      const launched = await launch();
      bed.arm.fail('get', away, 1000);
      await expect(impatient.follow(launched, () => {}, soon())).rejects.toThrow(/^Azure has trouble of its own: The service is temporarily unavailable\.$/);
      await impatient.close();
    });

    test('whose lines may not be read ends the following, with the right that is missing', async () => {
      const launched = await launch();
      bed.arm.fail('logs', denied('containerGroups/containers/logs/read'), 1000);
      await expect(fleets.follow(launched, () => {}, soon())).rejects.toThrow(/^The credentials of this server may not do Microsoft\.ContainerInstance\/containerGroups\/containers\/logs\/read/);
    });

    test('is read to its last line while it stays: once it has ended, Azure keeps its last 16 KB', async () => {
      const told = following(await launch(order({ shards: 1, image: MUCH })), fleets);
      await told.over;
      expect(told.last(0)).toMatchObject({ state: 'succeeded' });
      inOrder(told.lines(0));
      expect(told.lines(0)).toHaveLength(1500);
      const stored: string[] = [];
      for await (const line of fleets.stored(fleet as Fleet, 0, soon())) stored.push(line);
      const numbers = numbered(stored);
      expect(numbers.at(-1)).toBe(1499);
      expect(numbers.length).toBeLessThan(100);
    });
  });

  describe('a sweep', () => {
    test('finds the groups of all regions and pages, and of its own installation only', async () => {
      const there = await bed.open({ ...host, installation: 'there' });
      const [gone, live, foreign] = [order({ shards: 3, region: 'northeurope' }), order({ shards: 2 }), order()];
      for (const wanted of [gone, live]) await fleets.launch(wanted, soon());
      await there.launch(foreign, soon());
      expect(await fleets.sweep(async (ids) => new Set(ids.filter((id) => id === live.runId)), soon())).toEqual([gone.runId]);
      expect([await bed.left(gone.runId), (await bed.left(live.runId)).length, (await bed.left(foreign.runId)).length]).toEqual([[], 2, 2]);
      expect(await fleets.sweep(async () => new Set(), soon())).toEqual([live.runId]);
      expect(await there.sweep(async () => new Set(), soon())).toEqual([foreign.runId]);
      await there.close();
    });

    test('that cannot end one run ends the others', async () => {
      const wanted = [order({ shards: 1 }), order({ shards: 1 })];
      for (const one of wanted) await fleets.launch(one, soon());
      bed.arm.fail('remove', denied('containerGroups/delete'));
      expect(await fleets.sweep(async () => new Set(), soon())).toEqual([wanted[1]?.runId]);
      expect(warnings.splice(0)).toEqual([expect.stringMatching(/^what is left of a run could not be ended: .*containerGroups\/delete/)]);
      expect(await fleets.sweep(async () => new Set(), soon())).toEqual([wanted[0]?.runId]);
    });
  });

  describe('its health', () => {
    const health = async (more: Readonly<Record<string, string>> = {}) => {
      const of = await bed.open(host, more);
      try {
        return await of.health(AbortSignal.timeout(3000));
      } finally {
        await of.close();
      }
    };

    test('names the resource group', async () => {
      expect(await health()).toEqual({ identity: 'resource group load-tests', problem: null });
    });

    test('says what is wrong with the settings, and which right is missing', async () => {
      await expect(health({ LOAD_TESTING_AZURE_RESOURCE_GROUP: 'others' })).rejects.toThrow(/^There is no such resource group: LOAD_TESTING_AZURE_RESOURCE_GROUP must name one/);
      await expect(health({ LOAD_TESTING_AZURE_SUBSCRIPTION: SUBSCRIPTION.replaceAll('0', '1') })).rejects.toThrow(/^There is no such subscription for this server: LOAD_TESTING_AZURE_SUBSCRIPTION must name one/);
      bed.arm.fail('list', denied('containerGroups/read'));
      await expect(health()).rejects.toThrow(/^The credentials of this server may not do Microsoft\.ContainerInstance\/containerGroups\/read/);
      bed.arm.fail('list', new Refused(409, 'MissingSubscriptionRegistration', "The subscription is not registered to use namespace 'Microsoft.ContainerInstance'."));
      await expect(health()).rejects.toThrow(/^The subscription is not registered/);
    });

    test('says when credentials are not accepted, and when Azure is not there', async () => {
      const settings = azure.settings.parse(bed.settings);
      const at = (endpoint: string, token: string) => openAzure(settings, host, { endpoint, ca: bed.arm.ca, credential: { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 60_000 }) }, pace: { againMs: 10 } });
      await expect((await at(bed.arm.url, 'an old one')).health(soon())).rejects.toThrow(/^Azure does not accept the credentials of this server: The access token is invalid\.$/);
      await expect((await at('https://127.0.0.1:9', 'x')).health(soon())).rejects.toThrow(/^Azure could not be reached: .*ECONNREFUSED/);
    });

    test('says where credentials are looked for when there are none', async () => {
      const earlier = { ...process.env };
      for (const name of Object.keys(process.env).filter((one) => one.startsWith('AZURE_'))) delete process.env[name];
      // The whole chain would look for the machine that it may be on.
      process.env['AZURE_TOKEN_CREDENTIALS'] = 'EnvironmentCredential';
      const bare = await openAzure(azure.settings.parse(bed.settings), host);
      await expect(bare.health(soon())).rejects.toThrow(/^No Azure credentials were found\. The default chain of Azure’s libraries looks for them: AZURE_CLIENT_ID/);
      await bare.close();
      delete process.env['AZURE_TOKEN_CREDENTIALS'];
      Object.assign(process.env, earlier);
    });
  });

  test('what was asked for in all this is what the role of the documentation allows, and nothing more', async () => {
    const text = await readFile(new URL('../../../docs/clouds/azure.md', import.meta.url), 'utf8');
    const { Actions: actions } = JSON.parse(/```json\n(.+?)```/s.exec(text)?.[1] ?? '') as { Actions: string[] };
    expect(actions.toSorted()).toEqual([...bed.arm.rights].toSorted());
  });

  test('the documentation names each setting', async () => {
    const text = await readFile(new URL('../../../docs/clouds/azure.md', import.meta.url), 'utf8');
    for (const name of Object.keys(azure.settings.shape)) expect(text).toContain(`\`${name}\``);
  });

  test('without the SDK a server has Azure in its list, and is told what to install when it is opened', async () => {
    const program = `
      import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (name.startsWith('@azure/')) throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
        return next(name, context);
      } });
      const { azure } = await import('./server/clouds/azure/index.ts');
      await azure.open(azure.settings.parse({}), {}).catch((error) => console.log(error.constructor.name + ': ' + error.message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: path.resolve(import.meta.dirname, '../../..') });
    expect(stdout.trim()).toMatch(/^CloudProblem: The SDK of Azure is not installed\. Install it beside this plugin: npm install @azure\/arm-containerinstance@\d[\d.]* @azure\/identity@\d/);
  });
});
