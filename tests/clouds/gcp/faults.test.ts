import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CloudProblem, type Fleet, type FleetOrder, type Fleets, hasEnded } from '../../../server/clouds/cloud.ts';
import { openGcp } from '../../../server/clouds/gcp/fleets.ts';
import { settings as schema } from '../../../server/clouds/gcp/settings.ts';
import { childProcesses } from '../../helpers/leaks.ts';
import { until } from '../../helpers/until.ts';
import { type GcpBed, IMAGE, openBed, REGION, WAITS } from './bed.ts';
import { discovery } from './discovery.ts';
import { Refused } from './service.ts';
import { following, numbered } from '../following.ts';

const document = discovery();
const limited = (reason: string | null) => new Refused(429, 'RESOURCE_EXHAUSTED', "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per region'.", reason);
const away = new Refused(503, 'UNAVAILABLE', 'The service is currently unavailable.');
const denied = (permission: string) => new Refused(403, 'PERMISSION_DENIED', `Permission '${permission}' denied on resource 'projects/bed-project' (or resource may not exist).`);

describe.skipIf(document === null)('What can go wrong with Google Cloud Run', () => {
  let bed: GcpBed;
  let fleets: Fleets;
  let fleet: Fleet | null;
  const warnings: object[] = [];
  const host = { installation: 'one', folder: '', searchPath: '', stopGraceMs: 1000, toolPaths: {}, dataFolder: '', log: { warn: (facts: object) => void warnings.push(facts), error: (facts: object) => void warnings.push(facts) } };
  beforeAll(async () => {
    bed = await openBed(document as NonNullable<typeof document>, { locust: '/nowhere/locust' });
    fleets = await bed.cloud.open(bed.cloud.settings.parse(bed.settings), host);
  });
  afterAll(async () => {
    await fleets.close();
    await bed[Symbol.asyncDispose]();
    expect(childProcesses().filter((line) => line.includes('the last line'))).toEqual([]);
  });
  beforeEach(() => { fleet = null; });
  afterEach(async () => {
    bed.logging.failing.tail = bed.logging.failing.list = null;
    bed.service.looked = null;
    bed.service.begins = Promise.resolve();
    if (fleet) await fleets.remove(fleet);
    expect(bed.api.violations).toEqual([]);
    expect(warnings).toEqual([]);
  });

  let ordered = 0;
  const order = (more: Partial<FleetOrder> = {}): FleetOrder => ({ runId: `cccccccc-0000-4000-8000-${String(ordered++).padStart(12, '0')}`, shards: 2, region: REGION, image: WAITS, task: 'bm90aGluZw==', secrets: {}, deadlineAt: new Date(Date.now() + 60_000), ...more });
  const launch = async (wanted = order()) => {
    fleet = await fleets.launch(wanted, AbortSignal.timeout(20_000));
    return fleet;
  };
  const refused = async (wanted = order()) => {
    const error: unknown = await fleets.launch(wanted, AbortSignal.timeout(20_000)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CloudProblem);
    expect(bed.service.left(wanted.runId)).toEqual([]);
    return (error as Error).message;
  };
  const asked = (method: string, runId: string) => bed.api.requests.filter((request) => request.method === method && request.url.includes(runId)).length;

  const gapless = (lines: readonly string[]) => {
    const numbers = [...new Set(numbered(lines))].sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => i));
  };

  test('a quota that is used up refuses the order, by its name, and nothing is left', async () => {
    bed.api.fail('jobs.run', new Refused(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for total allowable CPU per project per region.'));
    const wanted = order();
    expect(await refused(wanted)).toBe('A quota of the project is used up: Quota exceeded for total allowable CPU per project per region.');
    expect(asked('jobs.run', wanted.runId)).toBe(1);
  });

  test('who asks too often in a minute asks again, and starts one fleet', async () => {
    bed.api.fail('jobs.create', limited('RATE_LIMIT_EXCEEDED'), { times: 2 });
    bed.api.fail('jobs.run', limited('RATE_LIMIT_EXCEEDED'), { times: 2 });
    const { runId } = await launch();
    expect(asked('jobs.run', runId)).toBe(3);
    expect(bed.service.running(runId)).toHaveLength(1);
  });

  test('who is turned away for longer is told so', async () => {
    bed.api.fail('jobs.create', limited('RATE_LIMIT_EXCEEDED'), { times: 5 });
    expect(await refused()).toMatch(/^Google Cloud has been asked too often within a minute: .*Write requests per minute/);
  });

  test('an answer that is lost on its way starts no second fleet', async () => {
    bed.api.fail('jobs.create', away, { afterwards: true });
    bed.api.fail('jobs.run', away, { afterwards: true });
    const { runId, ids } = await launch();
    expect(asked('jobs.run', runId)).toBe(1);
    expect(bed.service.left(runId)).toEqual(ids);
  });

  test('an image that is not there is named, whether the job says it or its operation', async () => {
    const image = `${IMAGE}/nobody:1`;
    expect(await refused(order({ image }))).toBe(`Google Cloud Run cannot run it: Image '${image}' not found.`);
    bed.service.looked = new Refused(404, 'NOT_FOUND', `Image '${image}' not found.`);
    expect(await refused(order({ image }))).toBe(`Google Cloud refused it: Image '${image}' not found.`);
  });

  test('a secret that shards may not read is named', async () => {
    const poorer = await bed.cloud.open(bed.cloud.settings.parse({ ...bed.settings, LOAD_TESTING_GCP_SECRETS: '{"TOKEN": "nobodys"}' }), host);
    const wanted = order({ secrets: { TOKEN: 'a value that is not used' } });
    await expect(poorer.launch(wanted, AbortSignal.timeout(20_000))).rejects.toThrow(/cannot run it: Permission denied on secret: projects\/bed-project\/secrets\/nobodys/);
    expect(bed.service.left(wanted.runId)).toEqual([]);
    expect(JSON.stringify(bed.api.requests)).not.toContain('a value that is not used');
    await poorer.close();
  });

  test('a right that is missing is named, at the order and before it', async () => {
    bed.api.fail('jobs.create', denied('run.jobs.create'));
    expect(await refused()).toMatch(/^Google Cloud does not allow it: Permission 'run\.jobs\.create' denied .* docs\/clouds\/gcp\.md names the roles/);
    bed.api.fail('jobs.list', denied('run.jobs.list'));
    await expect(fleets.health(AbortSignal.timeout(5000))).rejects.toThrow(/Permission 'run\.jobs\.list' denied/);
    bed.api.fail('jobs.list', new Refused(403, 'PERMISSION_DENIED', 'Cloud Run Admin API has not been used in project bed-project before or it is disabled.', 'SERVICE_DISABLED'));
    await expect(fleets.health(AbortSignal.timeout(5000))).rejects.toThrow(/^This API is switched off in the project: Cloud Run Admin API has not been used/);
    bed.logging.failing.list = { code: grpc.status.PERMISSION_DENIED, details: "Permission 'logging.logEntries.list' denied on resource (or it may not exist)." };
    await expect(fleets.health(AbortSignal.timeout(5000))).rejects.toThrow(/'logging\.logEntries\.list' denied/);
    bed.logging.failing.list = null;
    expect(await fleets.health(AbortSignal.timeout(5000))).toEqual({ identity: null, problem: null });
  });

  test('an API that is silent is not waited for any longer', async () => {
    bed.logging.failing.list = 'silent';
    await expect(fleets.health(AbortSignal.timeout(500))).rejects.toThrow('Google Cloud did not answer in time.');
  });

  test('a log that may not be read ends the following with a sentence', async () => {
    const launched = await launch();
    bed.logging.failing.tail = { code: grpc.status.PERMISSION_DENIED, details: "Permission 'logging.logEntries.list' denied." };
    await expect(following(launched, fleets).over).rejects.toThrow(/^Google Cloud does not allow it: Permission 'logging\.logEntries\.list' denied\./);
  });

  test('where the project has all the tails that it may have, lines come by lists, and by a tail as soon as there is one', async () => {
    bed.logging.failing.tail = { code: grpc.status.RESOURCE_EXHAUSTED, details: "Quota exceeded for quota metric 'Tail sessions'." };
    const told = following(await launch(), fleets);
    await until('lines come', () => numbered(told.lines(0)).length > 5 && numbered(told.lines(1)).length > 5);
    expect(bed.logging.tails).toBe(0);
    bed.logging.failing.tail = null;
    await until('there is a tail', () => bed.logging.tails === 1);
    await fleets.stop(fleet as Fleet, 5000);
    await told.over;
    for (const shard of [0, 1]) {
      gapless(told.lines(shard));
      expect(told.lines(shard)).toContain('the last line');
      expect(new Set(told.lines(shard)).size).toBe(told.lines(shard).length);
    }
    await until('the tail is given back', () => bed.logging.tails === 0);
  });

  test('what is too much for a tail is read from what is stored, while it runs', async () => {
    const told = following(await launch(), fleets);
    await until('there is a tail', () => bed.logging.tails === 1 && told.lines(0).length > 3);
    bed.logging.suppress(6);
    const next = Math.max(...numbered(told.lines(0)));
    await until('they are told', () => [1, 2, 3, 4, 5, 6].every((more) => numbered(told.lines(0)).includes(next + more)));
    told.stop();
    await told.over;
    gapless(told.lines(0));
  });

  test('who follows later is told what came before', async () => {
    await using seldom = Object.assign(await bed.open(host, { pollMs: 60_000 }), { async [Symbol.asyncDispose]() { await seldom.close(); } });
    const launched = await launch();
    await until('lines are stored', () => bed.logging.kept.filter(({ resource }) => resource.labels['job_name']?.endsWith(launched.runId)).length > 10);
    const told = following(launched, seldom);
    await until('lines come', () => numbered(told.lines(0)).length > 10);
    gapless(told.lines(0));
    told.stop();
    await told.over;
  });

  test('last lines that no tail brought are read at the end', async () => {
    await using seldom = Object.assign(await bed.open(host, { pollMs: 60_000 }), { async [Symbol.asyncDispose]() { await seldom.close(); } });
    const launched = await launch();
    const told = following(launched, seldom);
    await until('there is a tail', () => bed.logging.tails === 1 && told.lines(0).length > 3);
    bed.logging.cut(60_000);
    await until('it is gone', () => bed.logging.tails === 0);
    await fleets.stop(launched, 5000);
    await told.over;
    bed.logging.cut(0);
    for (const shard of [0, 1]) {
      gapless(told.lines(shard));
      expect(told.lines(shard)).toContain('the last line');
    }
  });

  test('a tail that breaks off again and again leaves no gap', async () => {
    const told = following(await launch(), fleets);
    for (let more = 5; more <= 15; more += 5) {
      await until('lines come', () => numbered(told.lines(0)).length > more);
      bed.logging.cut(300);
    }
    await fleets.stop(fleet as Fleet, 5000);
    await fleets.stop(fleet as Fleet, 5000);
    await told.over;
    for (const shard of [0, 1]) gapless(told.lines(shard));
    expect([told.last(0), told.last(1)]).toMatchObject([{ state: 'stopped' }, { state: 'stopped' }]);
  });

  test('lines are read that Cloud Logging took apart, also from what is stored', async () => {
    const told = following(await launch(), fleets);
    const taken = '{"level":"info","list":[1,true,null,"a"]}';
    await until('it is told', () => told.lines(1).includes(taken));
    await fleets.stop(fleet as Fleet, 5000);
    await told.over;
    const stored: string[] = [];
    for await (const line of fleets.stored(fleet as Fleet, 1, AbortSignal.timeout(5000))) stored.push(line);
    expect(stored).toContain(taken);
    expect(stored).not.toContain('it waits');
    expect([...stored].sort()).toEqual([...told.lines(1)].sort());
  });

  test('more is stored than one list brings', async () => {
    const told = following(await launch(order({ shards: 1 })), fleets);
    await until('there is more than a page', () => numbered(told.lines(0)).length > 55);
    told.stop();
    await told.over;
    const stored: string[] = [];
    for await (const line of fleets.stored(fleet as Fleet, 0, AbortSignal.timeout(5000))) stored.push(line);
    expect(numbered(stored).length).toBeGreaterThan(55);
    gapless(stored);
  });

  for (const code of ['UNAVAILABLE', 'RESOURCE_EXHAUSTED'] as const)
    test(`what is stored is asked for again where it is ${code === 'UNAVAILABLE' ? 'away for a moment' : 'asked for too often'}`, async () => {
      const told = following(await launch(order({ shards: 1 })), fleets);
      await until('lines come', () => numbered(told.lines(0)).length > 5);
      told.stop();
      await told.over;
      bed.logging.failing.list = { code: grpc.status[code], details: 'Not now.' };
      const before = bed.logging.lists;
      const stored: string[] = [];
      const reading = (async () => {
        for await (const line of fleets.stored(fleet as Fleet, 0, AbortSignal.timeout(20_000))) stored.push(line);
      })();
      await until('it was asked for twice', () => bed.logging.lists >= before + 2);
      bed.logging.failing.list = null;
      await reading;
      expect(numbered(stored).length).toBeGreaterThan(5);
    });

  test('memory that was not enough is said, with the setting, and what the shard said last', async () => {
    const launched = await launch();
    const told = following(launched, fleets);
    await until('it runs', () => numbered(told.lines(1)).length > 2);
    for (const execution of bed.service.running(launched.runId)) execution.kill(1, 'The container exceeded its memory limit.');
    await until('it is told', () => hasEnded(told.last(1)?.state ?? 'pending'));
    expect(told.last(1)).toEqual({ shard: 1, state: 'failed', reason: 'It needed more memory than 2Gi, which LOAD_TESTING_GCP_MEMORY gives each shard: The container exceeded its memory limit: it waits' });
    expect(told.last(0)).toMatchObject({ state: 'running' });
    gapless(told.lines(1));
    told.stop();
    await told.over;
  });

  test('a shard that is ended by its deadline says so', async () => {
    const told = following(await launch(order({ shards: 1, deadlineAt: new Date(Date.now() + 500) })), fleets);
    await told.over;
    expect(told.last(0)).toMatchObject({ state: 'failed', reason: expect.stringContaining('It was still there at its deadline: The configured timeout was reached') });
    expect(told.lines(0)).toContain('the last line');
  });

  test('shards that wait for room say what they wait for, and can be stopped before they began', async () => {
    const room = Promise.withResolvers<void>();
    bed.service.begins = room.promise;
    const told = following(await launch(), fleets);
    await until('it is told', () => told.last(1)?.state === 'pending');
    expect(told.last(1)?.reason).toBe('Waiting for resources.');
    await fleets.stop(fleet as Fleet, 5000);
    room.resolve();
    await told.over;
    expect([told.last(0), told.last(1)]).toMatchObject([{ state: 'stopped' }, { state: 'stopped' }]);
    expect([...told.lines(0), ...told.lines(1)]).toEqual([]);
  });

  test('an execution that somebody deletes is told as that', async () => {
    const launched = await launch();
    const told = following(launched, fleets);
    await until('it runs', () => told.lines(0).length > 0);
    bed.api.fail('jobs.executions.get', new Refused(404, 'NOT_FOUND', `Resource '${launched.ids[1]}' does not exist.`), { times: 100 });
    await told.over;
    for (const shard of [0, 1]) expect(told.last(shard)).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^Its execution is not there any more: somebody deleted it/) });
    bed.api.recover();
  });

  test('an API that is away for a moment ends nothing', async () => {
    const told = following(await launch(), fleets);
    await until('it runs', () => told.lines(0).length > 0);
    bed.api.fail('jobs.executions.get', away, { times: 7 });
    const before = told.lines(0).length;
    await until('lines still come', () => told.lines(0).length > before + 20);
    await fleets.stop(fleet as Fleet, 5000);
    await told.over;
    expect(told.last(0)?.state).toBe('stopped');
  });

  test('an order that is withdrawn while it is looked at leaves nothing', async () => {
    const wanted = order();
    const withdrawn = new AbortController();
    const launching = fleets.launch(wanted, withdrawn.signal);
    launching.catch(() => {});
    await until('there is a job', () => bed.service.left(wanted.runId).length > 0);
    withdrawn.abort(new Error('withdrawn'));
    await expect(launching).rejects.toThrow('withdrawn');
    expect(bed.service.left(wanted.runId)).toEqual([]);
  });

  test('a sweep finds the jobs of all regions and pages', async () => {
    const all = [order(), order({ region: 'us-central1' }), order(), order()];
    for (const wanted of all) await launch(wanted);
    fleet = null;
    const swept = await fleets.sweep(async () => new Set(), AbortSignal.timeout(20_000));
    expect([...swept].sort()).toEqual(all.map(({ runId }) => runId).sort());
    expect(all.flatMap(({ runId }) => bed.service.left(runId))).toEqual([]);
  });

  test('requests that Google does not know are seen here', async () => {
    const ask = async (body: object, query = 'jobId=a') => (await fetch(`${bed.api.url}v2/projects/bed-project/locations/${REGION}/jobs?${query}`, { method: 'POST', body: JSON.stringify(body) })).status;
    const found = (text: string) => expect((bed.api.violations as string[]).splice(0)).toEqual([expect.stringContaining(text)]);
    const container = { image: WAITS };
    expect(await ask({ template: { template: { containers: [{ ...container, enviroment: [] }] } } })).toBe(400);
    found('$.template.template.containers[0].enviroment: unknown field');
    expect(await ask({ template: { taskCount: '2', template: { containers: [container] } } })).toBe(400);
    found('$.template.taskCount: "2", want integer');
    expect(await ask({ template: { template: { timeout: '900', containers: [container] } } })).toBe(400);
    found('$.template.template.timeout: "900", want a duration');
    expect(await ask({ template: { template: { executionEnvironment: 'GEN2', containers: [container] } } })).toBe(400);
    found('executionEnvironment: "GEN2" is not one of');
    expect(await ask({ uid: 'mine', template: { template: { containers: [container] } } })).toBe(400);
    found('$.uid: output only');
    expect(await ask({ template: { template: { containers: [container] } } }, 'jobID=a')).toBe(400);
    found('?jobID: unknown parameter');
    expect(await ask({ template: { template: { containers: [{ ...container, env: [{ name: 'LOAD_TEST_TASK', value: 'a'.repeat(32_769) }] }] } } })).toBe(400);
    expect(bed.api.violations).toEqual([]);
  });
});

test('a server without credentials for Google Cloud says how to have some', async () => {
  const before = { ...process.env };
  Object.assign(process.env, { HOME: await mkdtemp(path.join(tmpdir(), 'nobody-')), METADATA_SERVER_DETECTION: 'none' });
  for (const name of ['GOOGLE_APPLICATION_CREDENTIALS', 'CLOUDSDK_CONFIG']) delete process.env[name];
  try {
    const given = schema.parse({ LOAD_TESTING_GCP_PROJECT: 'bed-project', LOAD_TESTING_GCP_REGIONS: REGION, LOAD_TESTING_GCP_IMAGE: WAITS });
    await expect(openGcp(given, {} as never)).rejects.toThrow(/^This server has no credentials for Google Cloud\..*GOOGLE_APPLICATION_CREDENTIALS/);
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = '/nowhere/key.json';
    await expect(openGcp(given, {} as never)).rejects.toThrow(/\/nowhere\/key\.json/);
    await expect(openGcp(given, {} as never)).rejects.toBeInstanceOf(CloudProblem);
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  }
});
