/** What is small about time: seconds that are not whole, clocks that are set, the hour that comes twice. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { childProcesses } from '../helpers/leaks.ts';
import { accepted, definition, planFor, settled } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingK6, misbehavingLocust } from '../helpers/tool.ts';

const end = (inFlight = 0) => `printf '["end","planned",1,0,0,${inFlight},0]\\n' >&3`;
const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') };
afterEach(() => expect(childProcesses()).toEqual([]));

interface Second { readonly at: string; readonly offsetMs: number; readonly requests: number }

async function secondsOf(server: TestServer, id: string): Promise<Second[]> {
  const { loadTestRun } = await server.query<{ loadTestRun: { metrics: Second[] } }>('query ($id: ID!) { loadTestRun(id: $id) { metrics { at offsetMs requests } } }', { id });
  return loadTestRun.metrics;
}

async function ran(behaviour: string, framework: 'locust' | 'k6' = 'locust') {
  await using server = await testServer({ tools: await (framework === 'k6' ? misbehavingK6 : misbehavingLocust)(behaviour) });
  const id = await accepted(server, { ...input, framework });
  const run = await settled(server, id);
  expect(server.errors).toEqual([]);
  return { run, seconds: await secondsOf(server, id) };
}

/** As `begin`, at this very millisecond. */
const NOW = `printf '["begin",1,"locust","2.47.0",%s,{"planHash":"","workflowHash":"","scriptHash":"","plan":{},"host":{"os":"linux","cpus":2}}]\\n' "$(date +%s%3N)" >&3`;

describe('seconds', () => {
  test('of a run that is shorter than one: there is one', async () => {
    const { run, seconds } = await ran(`${NOW}; request 100000 5000 ok; ${end()}`);
    expect(run).toMatchObject({ state: 'FINISHED', summary: { requests: 1 } });
    expect(seconds.map(({ offsetMs, requests }) => [offsetMs, requests])).toEqual([[0, 1]]);
  });

  test('of which the last is not whole: it is kept, and what was in flight then is a number of its own', async () => {
    const { run, seconds } = await ran(`${NOW}; request 100000 5000 ok; sleep 2.2; request 1500000 5000 ok; request 2100000 5000 ok; ${end(3)}`);
    expect(run.summary).toMatchObject({ requests: 3, inFlightAtEnd: 3 });
    expect(seconds.map(({ offsetMs, requests }) => [offsetMs, requests]).slice(0, 3)).toEqual([[0, 1], [1000, 1], [2000, 1]]);
  });
});

describe('the clock of a tool that has no monotonic one', () => {
  const marks = (warnings: readonly string[]) => warnings.filter((warning) => warning.includes('clock'));

  test('that nobody sets marks no run', async () => {
    const { run } = await ran(`${NOW}; request 100000 5000 ok; sleep 1; request 1000000 5000 ok; ${end()}`, 'k6');
    expect(marks(run.warnings)).toEqual([]);
  });

  test('that is set forward by seconds marks the run, and every line of it counts', async () => {
    const { run } = await ran(`${NOW}; request 100000 5000 ok; request 20200000 5000 ok; ${end()}`, 'k6');
    expect(run).toMatchObject({ state: 'FINISHED', summary: { requests: 2 } });
    expect(marks(run.warnings)).toEqual([expect.stringMatching(/^The clock of this machine was set forward by about 20\.\d s while the run was going: times and seconds around that moment are wrong\.$/)]);
  });

  // A reporter whose clock went wrong is not silent.
  test('that is set forward by an hour: the run goes on to its end, is marked, and is judged on nothing', { timeout: 60_000 }, async () => {
    const late = 'i=0; while [ $i -lt 24 ]; do request 3600000000 5000 ok; sleep 0.5; i=$((i + 1)); done';
    const { run } = await ran(`${NOW}; request 100000 5000 ok; ${late}; ${end()}`, 'k6');
    expect(run).toMatchObject({ state: 'FINISHED', verdict: 'NOT_EVALUATED', ending: { cause: 'planned_end' }, summary: { requests: 1, linesUnreadable: 24 } });
    expect(marks(run.warnings)).toEqual([expect.stringContaining('forward by about 36')]);
  });

  test('is not asked after where it cannot be set: what is wrong with the lines has another cause', async () => {
    const { run } = await ran(`${NOW}; request 100000 5000 ok; request 20200000 5000 ok; ${end()}`);
    expect(run).toMatchObject({ state: 'FINISHED', summary: { requests: 2 } });
    expect(marks(run.warnings)).toEqual([]);
  });
});

describe('the hour of autumn that comes twice', () => {
  const before = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = 'Europe/Berlin';
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  test('is two hours of a run, one second after the other, on a machine that lives by it', async () => {
    // 02:59:58 in Berlin, two seconds before it is 02:00:00 again.
    const startedAt = Date.UTC(2026, 9, 25, 0, 59, 58);
    expect([new Date(startedAt).getTimezoneOffset(), new Date(startedAt + 2000).getTimezoneOffset()]).toEqual([-120, -60]);
    const begin = NOW.replace('"$(date +%s%3N)"', String(startedAt));
    const requests = [0, 1, 2, 3].map((second) => `request ${second * 1e6 + 100_000} 5000 ok`).join('; ');
    const { run, seconds } = await ran(`${begin}; ${requests}; ${end()}`);
    expect(run).toMatchObject({ state: 'FINISHED', summary: { requests: 4 } });
    expect(seconds.slice(0, 4)).toEqual([
      { at: '2026-10-25T00:59:58.000Z', offsetMs: 0, requests: 1 }, { at: '2026-10-25T00:59:59.000Z', offsetMs: 1000, requests: 1 },
      { at: '2026-10-25T01:00:00.000Z', offsetMs: 2000, requests: 1 }, { at: '2026-10-25T01:00:01.000Z', offsetMs: 3000, requests: 1 },
    ]);
  });
});
