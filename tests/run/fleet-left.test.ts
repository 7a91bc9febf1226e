/** What runs in shards leave behind elsewhere, and what finds it. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type CloudHost, CloudProblem, type Fleets } from '../../server/clouds/cloud.ts';
import { openClouds } from '../../server/clouds/clouds.ts';
import { openCipher } from '../../server/db/cipher.ts';
import { runEvents } from '../../server/run/events.ts';
import { sweepFleets } from '../../server/run/fleet/sweep.ts';
import { recoverOrphans } from '../../server/run/recover.ts';
import { scripted } from '../clouds/scripted.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { emptyScript, storedRun, testPlan } from '../helpers/stored-run.ts';
import { until } from '../helpers/until.ts';

onEachDatabase('what runs leave behind elsewhere', (database) => {
  const sweep = async (places: Readonly<Record<string, Fleets['sweep']>>, isOurs: (runId: string) => boolean = () => false) => {
    const clouds = openClouds(Object.entries(places).map(([key, sweeping]) => {
      const { cloud, plays } = scripted(key);
      plays({ sweep: sweeping });
      return cloud;
    }), {}, {} as CloudHost);
    const said: string[] = [];
    const say = (_facts: object, message: string) => void said.push(message);
    await sweepFleets({ clouds, db: database.db, log: { info() {}, warn: say, error: say }, isOurs }, AbortSignal.timeout(20_000));
    return said;
  };

  test('is looked for at all places at once: one that does not answer keeps no other from it', async () => {
    let looked = false;
    const said = await sweep({
      slow: async () => {
        await until('the other one is looked at', () => looked);
        return [];
      },
      other: async () => {
        looked = true;
        return [];
      },
    });
    expect(said).toEqual([]);
  });

  test('is looked for elsewhere, too, where one place has trouble, and the trouble is said', async () => {
    const said = await sweep({
      away: async () => {
        throw new CloudProblem('Its API does not answer.');
      },
      other: async () => [randomUUID()],
    });
    expect(said.toSorted()).toEqual(['shards of runs that are over were ended', 'what is left there could not be looked for: Its API does not answer.']);
  });

  test('is nothing of runs that have a lease, nor of those that go on here though theirs is over', async () => {
    const leased = (await storedRun(database)).id;
    const [ours, gone] = [randomUUID(), randomUUID()];
    let live: ReadonlySet<string> = new Set();
    await sweep({
      place: async (isLive) => {
        live = await isLive([leased, ours, gone]);
        return [];
      },
    }, (runId) => runId === ours);
    expect(live).toEqual(new Set([leased, ours]));
  });

  test('is looked for as soon as a run in shards is settled whose server is gone', async () => {
    const runsFolder = await mkdtemp(path.join(tmpdir(), 'left-'));
    const fleet = { region: null, image: null, shards: [], beginsAt: null, cost: { amount: 0, currency: 'USD', basis: '', pricesAsOf: '' }, spent: null, isolation: null, cores: null };
    const log = { info() {}, warn() {}, error() {} };
    const looked: string[] = [];
    const recover = (name: string) => recoverOrphans({ db: database.db, cipher: openCipher([Buffer.alloc(32, 7)]), owner: name, log, events: runEvents(), runsFolder, onFleetLeft: () => looked.push(name) }, 'all', []);
    await storedRun(database);
    await recover('of one machine');
    await storedRun(database, testPlan(), emptyScript, { place: 'process', fleet });
    await recover('in shards');
    expect(looked).toEqual(['in shards']);
    await rm(runsFolder, { recursive: true });
  });
});
