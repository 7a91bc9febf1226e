/** Runs that were asked for at once: each says which of them it is, lists say it too, and those that are over are compared together. A stand-in takes the place of the tool. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../helpers/places.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

/** Three seconds of ten answers each. */
const STAND_IN = `begin; i=0; while [ $i -lt 30 ]; do request "$i"00000 5000 ok; i=$((i + 1)); sleep 0.1; done; printf '["end","planned",30,0,0,0,0]\\n' >&3`;

describe.skipIf(!chromium)('a group of runs in Chromium', () => {
  let watched: WatchedPage;

  beforeAll(async () => {
    watched = await watchedPage({ LOCUST_PATH: await misbehavingLocustAt(STAND_IN) });
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  const panel = (rest: string) => watched.host.panel(rest);
  const ask = <Data>(query: string, variables: object) => watched.host.ask<Data>(query, variables);
  async function started(input: object): Promise<string> {
    const { startRun } = await ask<{ startRun: { id: string } }>('mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } } }', { input });
    return startRun.id;
  }
  const finished = (id: string) =>
    until('it is over', async () => (await ask<{ loadTestRun: { state: string } }>('query ($id: ID!) { loadTestRun(id: $id) { state } }', { id })).loadTestRun.state === 'FINISHED', 30_000);

  test('says which of them a run is, and compares those that are over with the baseline, further ones as they end', { timeout: 90_000 }, async () => {
    const { page, trouble } = watched;
    const plan = { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9' }, load: { preset: { key: 'constant', users: 1, durationMs: 3000 } } };
    const { saveLoadTest } = await ask<{ saveLoadTest: { id: string } }>('mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } } }', { input: { name: 'Repeated', framework: 'locust', workflow: { id: 'price-lookup' }, plan } });
    const baseline = await started({ loadTestId: saveLoadTest.id });
    await finished(baseline);
    expect(await ask('mutation ($runId: ID!) { pinBaseline(runId: $runId) { __typename } }', { runId: baseline })).toEqual({ pinBaseline: { __typename: 'LoadTest' } });

    const first = await started({ loadTestId: saveLoadTest.id, repeat: 3 });
    await finished(first);
    await page.goto(panel(`/runs/${first}`));
    const group = page.getByRole('navigation', { name: 'Runs of this group' });
    await group.getByText('1 of 3 that were asked for at once').waitFor();
    expect(await group.getByRole('link', { name: 'Run 2', exact: true }).getAttribute('aria-current')).toBe('page');
    const comparison = page.getByRole('region', { name: 'Compared with the baseline' });
    // The page was opened while the others were to come.
    await group.getByRole('link', { name: 'Compare 3 of this group with the baseline' }).click();
    await comparison.getByText(/3 runs against 1$/).waitFor();

    await group.getByRole('link', { name: 'Run 4' }).click();
    await group.getByText('3 of 3 that were asked for at once').waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('heading', { name: 'Runs of this test' }).waitFor();
    expect(await page.getByText(/^\d of 3 repeats$/).allTextContents()).toEqual(['3 of 3 repeats', '2 of 3 repeats', '1 of 3 repeats']);
    expect(trouble).toEqual([]);
  });
});
