/**
 * kill -9 of the server at any moment: the load ends without it, and the next server on the same data has every second that was over, but for the
 * last two. One server after the other on one embedded database, each killed by the next point; `npm run test:long` kills 50.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, watch } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgresJs from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { databases, type FreshDatabase } from '../helpers/databases.ts';
import { embeddedIn } from '../helpers/embedded.ts';
import { amount } from '../helpers/long.ts';
import { seeded } from '../helpers/seeded.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { allToldBy, homeOfRun, livingOf, runFolders, startedOn, stopOn, type Told, toldBy, uuidOf, type Victim, victim } from '../helpers/victim.ts';

/** Numbers its requests by their duration in microseconds, and keeps a list of its own. It hears no signal, and goes on without its server. */
const COUNTING = `trap '' INT PIPE; sleep 0.3
t0=$(date +%s%3N); printf '["begin",1,"locust","2.47.0",%s,{"planHash":"","workflowHash":"","scriptHash":"","plan":{},"host":{"os":"linux","cpus":2}}]\\n' $t0 >&3
echo "$t0 0" >> "$HOME/told"; n=0
while :; do now=$(( $(date +%s%3N) - t0 )); n=$((n + 1)); request $((now * 1000)) $n ok 2>/dev/null && echo "$now $n" >> "$HOME/told"; sleep 0.05; done`;
const GRACE_MS = 300;

/** What lives of a run is over within its grace; 10 s are promised to a user whose grace is 5 s. */
const GUARD_MS = 5000;
/** Seconds that may be missing: those that were not over so long before the kill. */
const MAY_BE_LOST_MS = 2000;

interface Scene {
  readonly server: Victim;
  readonly dataFolder: string;
  /** From 0 to 1, as the seed of the point says. */
  random(): number;
  /** From 0 to `most` ms, as the seed says. */
  upTo(most: number): Promise<void>;
  /** Its own list can be read when its folder is gone. */
  keep(runId: string): void;
}

const isRun = (name: string) => !name.startsWith('check-');

async function running({ server, keep }: Scene): Promise<string> {
  const id = await startedOn(server);
  await until('a second is stored', async () => (await toldBy(server, id)).metrics.length > 0);
  keep(id);
  return id;
}

/** Settles with the first event in a folder for which `is` says so; an event wakes at once, a look takes its time. */
function firstEvent(folder: string, is: (event: string, name: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (event, name) => {
      if (!is(event, name ?? '')) return;
      watcher.close();
      resolve();
    });
  });
}

/** Each brings a moment about. */
const MOMENTS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  async 'a run is queued behind another one'({ server, upTo }) {
    await startedOn(server);
    await startedOn(server);
    await upTo(300);
  },
  async 'its tool is starting'({ server, dataFolder, upTo }) {
    const id = await startedOn(server);
    await until('its folder is there', () => existsSync(homeOfRun(dataFolder, id)));
    await upTo(500);
  },
  async 'a second is being stored'(scene) {
    await running(scene);
    let writes = 1 + Math.floor(3 * scene.random());
    await firstEvent(path.join(scene.dataFolder, 'database/pg_wal'), () => --writes === 0);
    await scene.upTo(4);
  },
  async 'it is stopping'(scene) {
    await stopOn(scene.server, await running(scene));
    await scene.upTo(GRACE_MS);
  },
  async 'it is being settled'(scene) {
    const id = await running(scene);
    const gone = firstEvent(path.join(scene.dataFolder, 'runs'), (_, name) => name === uuidOf(id) && runFolders(scene.dataFolder).length === 0);
    await stopOn(scene.server, id);
    await gone;
    await scene.upTo(30);
  },
  async 'it is running'(scene) {
    await running(scene);
    await scene.upTo(2500);
  },
  async 'it is being accepted'({ server, upTo }) {
    startedOn(server).catch(() => {}); // nobody is left to answer
    await upTo(250);
  },
  async 'its folder is being made'({ server, dataFolder, upTo }) {
    mkdirSync(path.join(dataFolder, 'runs'), { recursive: true });
    const made = firstEvent(path.join(dataFolder, 'runs'), (_, name) => isRun(name));
    startedOn(server).catch(() => {});
    await made;
    await upTo(5);
  },
};
const moments = Object.entries(MOMENTS);

/** What a tool wrote, by second. */
type Second = { readonly requests: number; readonly last: number };

function secondsOf(text: string): { readonly startedAt: number; readonly seconds: readonly Second[] } {
  const [first, ...lines] = text.split('\n').filter((line) => line !== '');
  const seconds: Second[] = [];
  for (const line of lines) {
    const [now = 0, n = 0] = line.split(' ').map(Number);
    const at = Math.floor((now * 1000 + n) / 1e6);
    const { requests, last } = seconds[at] ?? { requests: 0, last: 0 };
    seconds[at] = { requests: requests + 1, last: Math.max(last, n) };
  }
  return { startedAt: Number(first?.split(' ')[0]), seconds: Array.from(seconds, (second) => second ?? { requests: 0, last: 0 }) };
}

/** The stored seconds are those that the tool wrote: none is missing or wrong that was over in time, and there is nothing that it did not write. */
function expectKept({ metrics, summary, state }: Told, told: string, killedAt: number): void {
  expect(metrics.map(({ offsetMs }) => offsetMs)).toEqual(metrics.map((_, i) => i * 1000));
  expect(summary?.requests).toBe(metrics.reduce((sum, { requests }) => sum + requests, 0));
  const list = secondsOf(told);
  const stored = (at: number) => ({ requests: metrics[at]?.requests ?? 0, last: Math.round((metrics[at]?.latency?.maxMs ?? 0) * 1000) });
  const isSettled = state === 'ABORTED';
  list.seconds.forEach((second, at) => {
    const isDue = isSettled ? at < list.seconds.length - 1 : list.startedAt + (at + 1) * 1000 <= killedAt - MAY_BE_LOST_MS;
    if (isDue) expect(stored(at), `second ${at}`).toEqual(second);
    else expect(stored(at).requests, `second ${at}`).toBeLessThanOrEqual(second.requests + 1); // a line may be out that it had no time to note
    if (isSettled) expect(stored(at).requests, `second ${at}`).toBeGreaterThanOrEqual(second.requests);
  });
  expect(metrics.slice(list.seconds.length).reduce((sum, { requests }) => sum + requests, 0)).toBeLessThanOrEqual(1);
}

interface World {
  readonly dataFolder: string;
  readonly databaseUrl: string;
  server: Victim;
}

const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

const locust = await misbehavingLocustAt(COUNTING);
async function serverIn({ dataFolder, databaseUrl }: Omit<World, 'server'>): Promise<Victim> {
  return opened.use(await victim({ dataFolder, locust, databaseUrl }));
}

/** @param before the next server: what the killed one would let it wait for */
async function killAt(world: World, seed: number, bringAbout: (scene: Scene) => Promise<unknown>, before = async () => {}): Promise<void> {
  const { server, dataFolder } = world;
  const random = seeded(seed);
  using kept = new DisposableStack();
  const lists = new Map<string, () => string>();
  const listOf = (id: string) => path.join(homeOfRun(dataFolder, id), 'told');
  const keep = (id: string) => {
    const fd = kept.adopt(openSync(listOf(id), 'r'), closeSync);
    lists.set(id, () => readFileSync(fd, 'utf8'));
  };
  const earlier = new Set((await allToldBy(server)).map(({ id }) => id));
  await bringAbout({ server, dataFolder, random, upTo: (most) => delay(random() * most), keep });
  const killedAt = await server.kill();

  await until('nothing of its runs lives', () => livingOf(dataFolder).length === 0, GUARD_MS);
  const left = runFolders(dataFolder).map((folder) => [folder, path.join(dataFolder, 'runs', folder, 'home/told')] as const);
  const told = new Map([...left.map(([folder, list]) => [folder, existsSync(list) ? readFileSync(list, 'utf8') : ''] as const), ...[...lists].map(([id, read]) => [uuidOf(id), read()] as const)]);
  await before();

  const next = await serverIn(world);
  expect(runFolders(dataFolder)).toEqual([]);
  for (const run of await allToldBy(next)) {
    if (earlier.has(run.id)) continue;
    if (run.state === 'ABORTED') expect(run.ending).toMatchObject({ cause: 'stop_asked' });
    else expect(run).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', ending: { cause: 'owner_lost' } });
    expectKept(run, told.get(uuidOf(run.id)) ?? '', killedAt);
  }
  expect(next.errors()).toBe('');
  world.server = next;
}

describe('kill -9 of a server on an embedded database, while', () => {
  /** null: after a failure, too, so that a second try and what comes after it begin afresh. */
  let last: World | null = null;

  async function afresh(): Promise<World> {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'crash-'));
    opened.defer(() => rm(dataFolder, { recursive: true, force: true }));
    await embeddedIn(path.join(dataFolder, 'database'));
    const place = { dataFolder, databaseUrl: '' };
    return { ...place, server: await serverIn(place) };
  }

  for (let point = 0; point < amount(5, 50); point++) {
    const [moment, bringAbout] = moments[point % amount(5, moments.length)] ?? [];
    if (!moment || !bringAbout) throw new Error('there is a moment for each point');
    test(`${moment} (${point})`, { timeout: 60_000 }, async () => {
      const world = last ?? (await afresh());
      last = null;
      await killAt(world, point, bringAbout);
      last = world;
    });
  }
});

const [, postgres] = databases;
describe.skipIf(!postgres?.available)('kill -9 of a server on PostgreSQL, while', () => {
  /** The others are brought about by the files of the embedded database. */
  const here = moments.filter(([moment]) => !moment.includes('being stored'));
  for (let point = 0; point < amount(1, 14); point++) {
    const [moment, bringAbout] = here[(point + 4) % here.length] ?? [];
    if (!moment || !bringAbout) throw new Error('there is a moment for each point');
    test(`${moment} (${point})`, { timeout: 60_000 }, async () => {
      await using fresh: FreshDatabase | undefined = await postgres?.open();
      if (!fresh || !('url' in fresh.place)) throw new Error('no PostgreSQL');
      const { url } = fresh.place;
      const dataFolder = await mkdtemp(path.join(tmpdir(), 'crash-'));
      opened.defer(() => rm(dataFolder, { recursive: true, force: true }));
      const place = { dataFolder, databaseUrl: url };
      const world = { ...place, server: await serverIn(place) };
      await killAt(world, point, bringAbout, async () => {
        // The lease is 30 s long; nothing is learned by waiting for it.
        const sql = postgresJs(url, { max: 1 });
        await sql`update load_test_run set lease_until = now() - interval '1 second' where finished_at is null`;
        await sql.end();
      });
      await world.server.kill();
    });
  }
});
