/** What every place must do, said once: through a whole server, with shards that really run. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FleetOrder } from '../../server/clouds/cloud.ts';
import { type DemoTarget, startDemoTarget } from '../../plugin/demo/target.ts';
import { accepted, definition, planFor, REFUSAL, type RunAnswer, read, running, settled, stop } from '../helpers/runs.ts';
import { type TestServer, type TestServerOptions, testServer } from '../helpers/server.ts';
import { toolPath } from '../helpers/places.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { uuidOf } from '../helpers/victim.ts';
import type { Bed, BedOptions } from './bed.ts';

/** Waits for its instant as a script does, then a request each tenth of a second until it is told to end. */
const SHARD = `
trap 'over=1' INT TERM
at=$(( LOAD_TEST_START_AT / 1000 ))
printf '["begin",1,"locust","2.47.0",%s,{"planHash":"","workflowHash":"","scriptHash":"","plan":{},"host":{"os":"linux","cpus":2}}]\\n' "$LOAD_TEST_START_AT" >&3
while [ "$(date +%s)" -lt "$at" ] && [ -z "$over" ]; do sleep 0.1; done
echo "this is share $LOAD_TEST_SHARD with $TOKEN"
n=0
while [ -z "$over" ] && [ $n -lt 50 ]; do n=$((n+1)); request $((n * 100000)) 5000 ok; sleep 0.1; done
[ -n "$over" ] && cause=interrupted || cause=planned
printf '["end","%s",%s,0,0,0,0]\\n' $cause $n >&3
[ -n "$over" ] && exit 130
exit 0`;

/** Value of the variable TOKEN, wherever a bed keeps such values. */
export const SECRET = 'a-secret-of-this-run-4711';
const shards = 3;

interface Told extends RunAnswer {
  readonly place: string;
  readonly shards: { readonly index: number; readonly state: string; readonly requests: number; readonly lateMs: number | null; readonly problem: string | null }[];
  readonly metrics: { readonly offsetMs: number; readonly requests: number }[];
}

const TOLD = 'place shards { index state requests lateMs problem } metrics { offsetMs requests }';

/** @param open a bed of its own for each kind of shard */
export function describeCloud(name: string, open: (options: BedOptions) => Promise<Bed>): void {
  const plan = (url: string, more: object = {}) => planFor(url, { load: { closed: { stages: [{ durationMs: 0, users: 6 }, { durationMs: 5000, users: 6 }] } }, objectives: [{ metric: 'error_ratio', comparison: '<', value: 0.5 }], ...more });

  async function told(server: TestServer, id: string): Promise<Told> {
    const { loadTestRun } = await server.query<{ loadTestRun: Told }>(`query ($id: ID!) { loadTestRun(id: $id) { ${TOLD} } }`, { id });
    return { ...(await read(server, id)), ...loadTestRun };
  }
  const serverOf = (bed: Bed, more: TestServerOptions = {}) => testServer({ clouds: [bed.cloud], cloudSettings: bed.settings, secrets: { TOKEN: SECRET }, ...more });

  describe(`${name}, shards that send one request each tenth of a second`, () => {
    let target: DemoTarget;
    let bed: Bed;
    let server: TestServer;
    beforeAll(async () => {
      target = await startDemoTarget();
      const locust = await misbehavingLocustAt(SHARD);
      bed = await open({ locust });
      server = await serverOf(bed, { toolPaths: { LOCUST_PATH: locust } });
    });
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      await bed[Symbol.asyncDispose]();
      await target.stop();
    });
    const wanted = (more: object = {}) => ({ framework: 'locust', workflow: { definition }, plan: plan(target.url, { target: { preset: 'studio', baseUrl: target.url, auth: { bearer: { variable: 'TOKEN' } } } }), place: bed.cloud.key, cloud: { shards }, ...more });
    afterEach(() => expect(server.errors).toEqual([]));
    const fleetsOf = (installation: string) => bed.cloud.open(bed.cloud.settings.parse(bed.settings), hostOf(server, installation));
    /** Of a task that no shard can read. */
    const orderOf = (runId: string, count: number): FleetOrder => {
      const [image] = bed.cloud.images(bed.cloud.settings.parse(bed.settings));
      return { runId, shards: count, region: null, image: image?.replaceAll('{framework}', 'locust') ?? null, task: 'bm90aGluZw==', secrets: {}, deadlineAt: new Date(Date.now() + 60_000) };
    };
    const nothingLeft = (id: string) => until('nothing is left of it', async () => (await bed.left(uuidOf(id))).length === 0 && (await bed.living(uuidOf(id))).length === 0);

    test('it is available, and says what it is', async () => {
      const { cloudProviders } = await server.query<{ cloudProviders: object[] }>('{ cloudProviders { key available problem engine } }');
      expect(cloudProviders).toEqual([{ key: bed.cloud.key, available: true, problem: null, engine: bed.cloud.engine }]);
    });

    test('a run is told live by all its shards, comes to its end, and leaves nothing', async () => {
      const id = await accepted(server, wanted());
      await running(server, id);
      await until('numbers come while it runs', async () => {
        const run = await told(server, id);
        if (run.ending) throw new Error(`it ended first: ${run.ending.message}`);
        return run.metrics.some(({ requests }) => requests > 0);
      });
      const run = await settled(server, id);
      const { shards: all, metrics } = await told(server, id);
      expect(run).toMatchObject({ state: 'FINISHED', ending: { cause: 'planned_end' }, summary: { requests: 150, iterationsStarted: 150 } });
      expect(all.map(({ index, state, requests }) => [index, state, requests])).toEqual([0, 1, 2].map((index) => [index, 'succeeded', 50]));
      expect(metrics.reduce((sum, { requests }) => sum + requests, 0)).toBe(150);
      await nothingLeft(id);
    });

    test('a secret comes to the shards, and is in nothing that the engine shows, nor in the log', async () => {
      const id = await accepted(server, wanted());
      await running(server, id);
      const shown = await bed.shown(uuidOf(id));
      await settled(server, id);
      const { loadTestRun } = await server.query<{ loadTestRun: { logUrl: string } }>('query ($id: ID!) { loadTestRun(id: $id) { logUrl } }', { id });
      const log = await (await fetch(new URL(loadTestRun.logUrl, server.url))).text();
      for (const index of [0, 1, 2]) expect(log).toContain(`shard ${index}: this is share ${index}/${shards} with ***`);
      expect(shown).not.toContain(SECRET);
    });

    test('a stop reaches every shard, and what they measured until then is whole', async () => {
      const id = await accepted(server, wanted());
      await running(server, id);
      await until('requests come', async () => (await told(server, id)).shards.length === shards && (await told(server, id)).shards.every(({ requests }) => requests > 0));
      await stop(server, id);
      const run = await settled(server, id);
      const { shards: all } = await told(server, id);
      expect(run).toMatchObject({ state: 'ABORTED', ending: { cause: 'stop_asked' }, verdict: 'NOT_EVALUATED' });
      const sum = all.reduce((total, { requests }) => total + requests, 0);
      expect(run.summary).toMatchObject({ requests: sum, iterationsStarted: sum });
      await nothingLeft(id);
    });

    test('a stop while shards are being launched leaves none of them', async () => {
      const id = await accepted(server, wanted());
      await until('it starts', async () => (await read(server, id)).state === 'STARTING');
      await stop(server, id);
      expect(await settled(server, id)).toMatchObject({ state: 'ABORTED', ending: { cause: 'stop_asked' } });
      await nothingLeft(id);
    });

    test('a shard that dies is named, the others go on, and nothing is passed', async () => {
      const id = await accepted(server, wanted());
      await running(server, id);
      await until('requests come', async () => (await told(server, id)).shards.some(({ index, requests }) => index === 1 && requests > 0));
      await bed.kill(uuidOf(id), 1);
      const run = await settled(server, id);
      const { shards: all } = await told(server, id);
      expect(run).toMatchObject({ state: 'CRASHED', ending: { cause: 'shard_lost' }, verdict: 'NOT_EVALUATED' });
      expect(run.ending?.message).toMatch(/^Shard 1 of 3 did not come to the end: /);
      expect(all.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'succeeded']);
      expect(all.map(({ requests }) => requests === 50)).toEqual([true, false, true]);
      await nothingLeft(id);
    });

    test('a run that is ordered a second time is the same fleet', async () => {
      const fleets = await fleetsOf('another');
      const order = orderOf('aaaaaaaa-0000-4000-8000-000000000001', 2);
      const first = await fleets.launch(order, AbortSignal.timeout(20_000));
      const second = await fleets.launch(order, AbortSignal.timeout(20_000));
      expect(second.ids).toEqual(first.ids);
      await fleets.remove(second);
      await fleets.remove(first);
      await until('nothing is left', async () => (await bed.left(order.runId)).length === 0);
      await fleets.close();
    });

    test('shards that cannot do their task end with a sentence', async () => {
      const fleets = await fleetsOf('another');
      const order = orderOf('aaaaaaaa-0000-4000-8000-000000000002', 2);
      const fleet = await fleets.launch(order, AbortSignal.timeout(20_000));
      const states = new Map<number, string>();
      const reasons: (string | null)[] = [];
      await fleets.follow(fleet, (news) => {
        if (!('state' in news)) return;
        states.set(news.shard, news.state);
        if (news.state === 'failed') reasons.push(news.reason);
      }, AbortSignal.timeout(30_000));
      expect([...states.values()]).toEqual(['failed', 'failed']);
      for (const reason of reasons) expect(reason).toMatch(/exit code 1|exited with 1|The task of this shard cannot be read/);
      await fleets.remove(fleet);
      await until('nothing is left', async () => (await bed.left(order.runId)).length === 0);
      await fleets.close();
    });

    test('a sweep ends what is left of runs that are not live, and only of its own installation', async () => {
      const ours = await fleetsOf('one');
      const others = await fleetsOf('two');
      const order = (number: number) => orderOf(`bbbbbbbb-0000-4000-8000-00000000000${number}`, 1);
      const [gone, live, foreign] = [order(1), order(2), order(3)];
      for (const wantedOf of [gone, live]) await ours.launch(wantedOf, AbortSignal.timeout(20_000));
      await others.launch(foreign, AbortSignal.timeout(20_000));
      const later = await fleetsOf('one');
      const swept = await later.sweep(async () => new Set([live.runId]), AbortSignal.timeout(20_000));
      expect(swept).toEqual([gone.runId]);
      await until('it is gone', async () => (await bed.left(gone.runId)).length === 0);
      expect(await bed.left(live.runId)).not.toEqual([]);
      expect(await bed.left(foreign.runId)).not.toEqual([]);
      await later.sweep(async () => new Set(), AbortSignal.timeout(20_000));
      await others.sweep(async () => new Set(), AbortSignal.timeout(20_000));
      await until('all are gone', async () => (await bed.left(live.runId)).length + (await bed.left(foreign.runId)).length === 0);
      for (const fleets of [ours, others, later]) await fleets.close();
    });

    test('a stream of lines that breaks off is taken up again, and nothing is missing', async (context) => {
      if (bed.cut === null) return context.skip('nothing lies between a shard and who follows it');
      const id = await accepted(server, wanted());
      await running(server, id);
      await until('requests come', async () => (await told(server, id)).shards.some(({ requests }) => requests > 0));
      await bed.cut(uuidOf(id));
      expect(await settled(server, id)).toMatchObject({ state: 'FINISHED', summary: { requests: 150, iterationsStarted: 150 } });
    });

    test('where there is no room for all shards none is left running, and the sentence says what is in the way', async (context) => {
      if (bed.full === null) return context.skip('there is always room');
      await bed.full(2);
      const id = await accepted(server, wanted());
      const run = await settled(server, id, 90_000);
      await bed.full(Number.POSITIVE_INFINITY);
      expect(run).toMatchObject({ state: 'CRASHED', ending: { cause: 'launch_failed' }, verdict: 'NOT_EVALUATED', summary: { requests: 0 } });
      expect(run.ending?.message.length).toBeGreaterThan(20);
      await nothingLeft(id);
    });

    test('what cannot be ordered is refused with the field', async () => {
      const refused = async (more: object) => (await server.query<{ startRun: { code: string; problems: { path: string }[] } }>(`mutation ($input: StartRunInput!) { startRun(input: $input) { ${REFUSAL} } }`, { input: wanted(more) })).startRun;
      expect(await refused({ cloud: { shards: 7 } })).toMatchObject({ code: 'invalid_input', problems: [{ path: 'cloud.shards' }] });
      expect(await refused({ cloud: { shards: 0 } })).toMatchObject({ code: 'invalid_input', problems: [{ path: 'cloud.shards' }] });
      expect(await refused({ cloud: { shards, region: 'nowhere' } })).toMatchObject({ code: 'invalid_input', problems: [{ path: 'cloud.region' }] });
      expect(await refused({ cloud: { shards, image: 'somebody/else' } })).toMatchObject({ code: 'invalid_input', problems: [{ path: 'cloud.image' }] });
      expect(await refused({ place: 'nowhere' })).toMatchObject({ code: 'invalid_input', problems: [{ path: 'place' }] });
    });
  });

  describe(`${name}, with the real Locust`, async () => {
    const locust = await toolPath('locust');
    test.skipIf(locust === null)('totals equal what the target received, to the last request', async () => {
      const target = await startDemoTarget();
      await using bed = await open({ locust: locust ?? '' });
      await using server = await serverOf(bed);
      const load = { open: { stages: [{ durationMs: 2000, ratePerSecond: 20 }, { durationMs: 6000, ratePerSecond: 20 }], maxUsers: 20 } };
      const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: plan(target.url, { load }), place: bed.cloud.key, cloud: { shards } });
      const run = await settled(server, id, 90_000);
      expect(run).toMatchObject({ state: 'FINISHED', ending: { cause: 'planned_end' } });
      expect(run.summary).toMatchObject({ requests: target.truth().requests.length, executions: 140, iterationsStarted: 140, failedExecutions: 0 });
      expect(server.errors).toEqual([]);
      await target.stop();
    });
  });
}

function hostOf(server: TestServer, installation: string) {
  return { installation, folder: `${server.dataFolder}/clouds-${installation}`, searchPath: process.env['PATH'] ?? '', stopGraceMs: 1000, toolPaths: {}, dataFolder: server.dataFolder, log: { warn() {}, error() {} } };
}
