/** Runs in shards, from the choice of their place to their result: two processes of this machine, with real Locust. */
import type { Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromium, toolPath } from '../helpers/places.ts';
import { wrongWith } from '../helpers/screens.ts';
import { shownVerdict } from '../helpers/shown-verdict.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const locust = await toolPath('locust');
const PATIENTLY = { timeout: 10_000 };
const WHY = 'Elsewhere is not set up: name its image in LOAD_TESTING_ELSEWHERE_IMAGE.';
const elsewhere = { key: 'elsewhere', name: 'Elsewhere', engine: 'jobs of somebody else', regions: ['north', 'south'], images: [], maxShards: 500, lagMs: 5000 };

describe.skipIf(!chromium || !locust)('a run in shards, in Chromium', () => {
  let watched: WatchedPage;
  let page: WatchedPage['page'];

  beforeAll(async () => {
    watched = await watchedPage();
    ({ page } = watched);
  });
  afterEach(() => page.unrouteAll({ behavior: 'ignoreErrors' }));
  afterEach(() => expect(watched.trouble.splice(0)).toEqual([]));
  afterAll(() => watched[Symbol.asyncDispose]());

  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
  const radio = (name: string) => page.getByRole('radio', { name, exact: true });
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const atFocus = () => page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.value);
  const describedBy = (name: string) => field(name).evaluate((input) => (input.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' '));
  const answer = (operation: string, how: (route: Route) => unknown) =>
    page.route('**/plugins/load-testing/graphql', (route) => ((route.request().postDataJSON() as { operationName?: string }).operationName === operation ? how(route) : route.fallback()));
  /** The server's own answer, and one more of each list. */
  const withElsewhere = (problem: string | null) =>
    Promise.all([
      answer('Places', async (route) => {
        const { data } = await (await route.fetch()).json();
        await route.fulfill({ json: { data: { cloudProviders: [...data.cloudProviders, elsewhere] } } });
      }),
      answer('PlacesNow', async (route) => {
        const { data } = await (await route.fetch()).json();
        await route.fulfill({ json: { data: { cloudProviders: [...data.cloudProviders, { key: 'elsewhere', problem }] } } });
      }),
    ]);

  async function openNew(kept: Readonly<Record<string, string>> = {}) {
    await page.setViewportSize({ width: 1440, height: 1000 });
    await page.goto(watched.host.panel('/nowhere'));
    await page.evaluate((entries) => {
      localStorage.clear();
      for (const [key, value] of entries) localStorage.setItem(key, value);
    }, Object.entries(kept));
    // What is wanted of it is that it is not found.
    watched.trouble.length = 0;
    await page.goto(watched.host.panel('/tests/new?workflow=price-lookup'));
    await page.getByText('Planned load', { exact: true }).first().waitFor();
  }

  async function threeUsersFor(duration: string) {
    await radio('Constant').check({ force: true });
    await field('Users').fill('3');
    await field('Duration').fill(duration);
  }
  const shards = () => page.getByRole('region', { name: 'Shards' });
  const runOf = async (url: string) => (await watched.host.ask<{ loadTestRun: { place: string; cloud: { shards: number } | null } }>('query ($id: ID!) { loadTestRun(id: $id) { place cloud { shards } } }', { id: decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '') })).loadTestRun;

  test('has its place and its shards from the form, says what it costs, keeps the choice over a reload, and is refused at the field', { timeout: 90_000 }, async () => {
    await openNew();
    expect(await radio('This server').isChecked()).toBe(true);
    await radio('Processes').waitFor();
    await radio('This server').focus();
    await page.keyboard.press('ArrowRight');
    expect(await radio('Processes').isChecked()).toBe(true);
    await page.getByText('none is counted', { exact: true }).waitFor();
    await page.getByText('The shards run on the machine of this server: nothing is paid for them.', { exact: true }).waitFor();
    await page.getByText('for 1 shard', { exact: true }).waitFor();

    await threeUsersFor('8 s');
    await field('Shards').fill('7');
    const refused = '7 shards are asked for, and the plan has work for 3: each needs a user of its own, and an iteration and a row where the plan counts them.';
    await expect.poll(() => describedBy('Shards'), PATIENTLY).toContain(refused);
    await radio('Constant').focus();
    await press('Run');
    await expect.poll(atFocus, PATIENTLY).toBe('7');
    expect(page.url()).toContain('/tests/new');
    await field('Shards').fill('many');
    await expect.poll(() => describedBy('Shards'), PATIENTLY).toContain('Give a whole number of shards, 1 or more.');
    await field('Shards').fill('2');
    await page.getByText('for 2 shards', { exact: true }).waitFor();

    await page.reload();
    await page.getByText('for 2 shards', { exact: true }).waitFor();
    expect([await radio('Processes').isChecked(), await field('Shards').inputValue(), await field('Users').inputValue()]).toEqual([true, '2', '3']);
    // A look at another place loses nothing.
    await radio('This server').check();
    await field('Shards').waitFor({ state: 'detached' });
    await radio('Processes').check();
    expect(await field('Shards').inputValue()).toBe('2');
    expect(await wrongWith(page, 'where-a-run-is-made')).toEqual([]);
  });

  test('is seen with its shards while they come, while they run, and when it is over; and is run again as it was', { timeout: 180_000 }, async () => {
    await openNew();
    await threeUsersFor('8 s');
    await radio('Processes').check();
    await field('Shards').fill('2');
    await press('Script');
    await press('Save and run: Processes');
    await page.getByText('2 of 2 shards are there.').waitFor({ timeout: 30_000 });
    await page.getByText(/^The load begins in (\d+.s|a moment)\.$/).waitFor();
    await shards().getByRole('cell', { name: 'Waiting' }).first().waitFor();
    await page.getByText(/^Live, about 1.s late$/).waitFor({ timeout: 30_000 });
    await shards().getByText('2 running').waitFor();

    await shownVerdict(page);
    await shards().getByText('2 done').waitFor();
    await shards().getByText(/No cost is counted\. The shards run on the machine of this server: nothing is paid for them\.$/).waitFor();
    await page.getByText('Processes, 2 shards', { exact: true }).first().waitFor();
    const cells = await shards().getByRole('row').evaluateAll((rows) => rows.slice(1).map((row) => [...row.children].map((cell) => cell.textContent?.trim())));
    expect(cells.map(([number, state, , late]) => [number, state, late])).toEqual([['0', 'Done', 'in time'], ['1', 'Done', 'in time']]);
    const requests = Number((await page.getByRole('region', { name: 'Requests', exact: true }).getByRole('cell').first().textContent())?.replaceAll(',', ''));
    const ofShards = cells.map(([, , number]) => Number(number?.replaceAll(',', '')));
    expect(ofShards.every((number) => number > 0)).toBe(true);
    expect(ofShards.reduce((sum, number) => sum + number, 0)).toBe(requests);
    expect(await wrongWith(page, 'a-result-of-shards')).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 1000 });

    const result = page.url();
    await page.getByRole('link', { name: 'Configure', exact: true }).click();
    await page.getByText('for 2 shards', { exact: true }).waitFor();
    expect([await radio('Processes').isChecked(), await field('Shards').inputValue()]).toEqual([true, '2']);
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('cell', { name: /Processes, 2 shards/ }).waitFor();
    await page.getByRole('link', { name: 'Configure', exact: true }).click();
    await field('Duration').fill('60 s');
    // The choice of the form is not that of the run.
    await radio('This server').check();
    await press('Save');
    await page.getByText(/^Saved /).waitFor();
    await page.goto(result);
    await press('Run again');
    await page.waitForURL((url) => url.href !== result);
    await page.getByText(/^Live, about 1.s late$/).waitFor({ timeout: 30_000 });
    expect(await runOf(page.url())).toEqual({ place: 'process', cloud: { shards: 2 } });
    expect(await wrongWith(page, 'shards-that-run')).toEqual([]);
    await press('Stop');
    await page.getByText(/The run was stopped early/).first().waitFor({ timeout: 30_000 });
  });

  test('may have many shards: the worst are shown first, and all when it is asked for', { timeout: 60_000 }, async () => {
    const { loadTestRuns } = await watched.host.ask<{ loadTestRuns: { edges: { node: { id: string } }[] } }>('{ loadTestRuns(first: 1) { edges { node { id } } } }');
    const many = Array.from({ length: 60 }, (_, index) => ({ index, state: index === 41 ? 'failed' : 'succeeded', requests: 1000 + index, lateMs: index === 7 ? 4200 : 3, problem: index === 41 ? 'Its container was ended: out of memory.' : index === 7 ? 'It began 4.2 s late.' : null }));
    await answer('RunResult', async (route) => {
      const { data } = await (await route.fetch()).json();
      await route.fulfill({ json: { data: { loadTestRun: { ...data.loadTestRun, shards: many, cost: { ...data.loadTestRun.cost, amount: 1.234 } } } } });
    });
    await page.goto(watched.host.panel(`/runs/${loadTestRuns.edges[0]?.node.id}`));
    const rows = shards().getByRole('rowheader');
    await shards().getByText('6 of 60 shown, the worst first.').waitFor();
    expect((await rows.allTextContents()).slice(0, 3)).toEqual(['41', '7', '0']);
    await shards().getByText(/An estimate of what it cost:/).getByRole('button', { name: /^1\.23.USD$/ }).waitFor();
    expect(await wrongWith(page, 'many-shards')).toEqual([]);
    await press('Show all 60');
    expect(await rows.allTextContents()).toEqual(many.map(({ index }) => String(index)));
  });

  test('is suggested above what one process is good for, and the way leads there and back into the form', { timeout: 60_000 }, async () => {
    await openNew();
    await radio('Processes').waitFor();
    await radio('Constant').check({ force: true });
    await field('Users').fill('150');
    await page.getByText(/^150 users from one machine/).waitFor();
    await press('Choose where it runs');
    await expect.poll(atFocus, PATIENTLY).toBe('local');
    await press('Use Processes');
    await expect.poll(atFocus, PATIENTLY).toBe('process');
    // What is said of one machine is said no more.
    await page.getByText(/users from one machine/).waitFor({ state: 'detached' });
    expect(await radio('Processes').isChecked()).toBe(true);
  });

  test('cannot be made at a place that cannot be used: it says why, and the form does not wait for it', { timeout: 60_000 }, async () => {
    const asked = Promise.withResolvers<void>();
    await withElsewhere(WHY);
    await answer('PlacesNow', async (route) => {
      await asked.promise;
      await route.fallback();
    });
    await openNew();
    await page.getByText('Asking which other places can be used …').waitFor();
    await threeUsersFor('8 s');
    asked.resolve();
    await page.getByText(/^\d further places? cannot be used here: .*Elsewhere/).click();
    await page.getByText(WHY, { exact: true }).waitFor();
    expect(await radio('Elsewhere').count()).toBe(0);

    // One that was chosen when it could be used keeps its card; what the server has against it stands there, and takes the focus.
    await openNew({ 'load-testing:where:new:price-lookup': JSON.stringify({ place: 'elsewhere', of: { elsewhere: { shards: '3', region: 'south', image: '' } } }) });
    await page.getByText(WHY, { exact: true }).waitFor();
    expect([await radio('Elsewhere').isChecked(), await field('Shards').inputValue(), await page.getByRole('combobox', { name: 'Region' }).inputValue()]).toEqual([true, '3', 'south']);
    await page.getByText(/^There is no place "elsewhere"\./).waitFor();
    await press('Run');
    await expect.poll(atFocus, PATIENTLY).toBe('elsewhere');
    await radio('This server').check();
    await page.getByText(/^There is no place "elsewhere"\./).waitFor({ state: 'detached' });
  });
});
