/** What a run is worth beside others, as a user clicks it: pinned, compared, drawn from run to run, judged again, repeated. With real, short runs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium, toolPath } from '../helpers/places.ts';
import { shownVerdict } from '../helpers/shown-verdict.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const locust = await toolPath('locust');
/** A machine that is busy with something else may starve the load generator: such a run is no baseline. */
const TRIES = 3;

describe.skipIf(!chromium || !locust)('runs beside others in Chromium', () => {
  let watched: WatchedPage;
  let host: WatchedPage['host'];
  let page: WatchedPage['page'];
  let trouble: WatchedPage['trouble'];

  beforeAll(async () => {
    watched = await watchedPage();
    ({ host, page, trouble } = watched);
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());

  /** The run that the page has just started, until it passed. */
  async function passed(): Promise<string> {
    for (let i = 1; i < TRIES; i++) {
      if ((await shownVerdict(page)) === 'Passed') return page.url();
      const before = page.url();
      await button('Run again').click();
      await page.waitForURL((url) => /\/runs\//.test(url.pathname) && url.href !== before);
    }
    expect(await shownVerdict(page)).toBe('Passed');
    return page.url();
  }

  test('a run is pinned, the next one compared with it, both drawn, one judged again, and repeated', { timeout: 180_000 }, async () => {
    await page.goto(`${host.url}/plugins/load-testing/tests/new?workflow=price-lookup`);
    await page.getByRole('radio', { name: 'Constant' }).check({ force: true });
    await page.getByRole('textbox', { name: 'Users' }).fill('3');
    await page.getByRole('textbox', { name: 'Duration' }).fill('8 s');
    await button('Add an objective').click();
    await page.getByRole('textbox', { name: /limit/i }).fill('5000');
    await button('Run').click();
    await page.waitForURL(/\/runs\//);
    const first = await passed();

    // Pinned, with a reason; the focus stays where it was.
    await button('Pin as baseline').click();
    await page.getByRole('textbox', { name: 'Reason (optional)' }).fill('Release 3.2');
    await page.keyboard.press('Enter');
    await page.getByText(/^This run is the baseline of its test, pinned by You, .+: Release 3\.2\.$/).waitFor();
    await expect.poll(focused).toBe('Unpin');
    expect(await region('Compared with the baseline').count()).toBe(0);

    // Compared: so short a pair says nothing, and the page says why, and what would help.
    await button('Run again').click();
    await page.waitForURL((url) => /\/runs\//.test(url.pathname) && url.href !== first);
    const second = await passed();
    const comparison = region('Compared with the baseline');
    await comparison.getByText(/^The steady part is \d+ s long\. One pair of runs says something from 60 s on/).waitFor();
    await comparison.getByText('p50, p95, Throughput, and Error ratio: nothing can be told.').waitFor();
    expect(await comparison.getByRole('link', { name: /^Run \d+, / }).getAttribute('href')).toBe(new URL(first).pathname);

    // From run to run.
    await page.getByRole('link', { name: 'Trend', exact: true }).click();
    await page.getByRole('heading', { name: 'Too few runs to tell where the level moved' }).waitFor();
    await page.getByText(/10 runs or more; there are \d with a value/).waitFor();
    const points = region('Too few runs to tell where the level moved').getByRole('link', { name: /^Run \d+, / });
    const pinned = points.and(page.getByRole('link', { name: /, Passed, Baseline$/ }));
    expect(await pinned.getAttribute('href')).toBe(new URL(first).pathname);
    const baselines = region('Baselines');
    await baselines.getByRole('cell', { name: 'Release 3.2' }).waitFor();
    await baselines.getByText('now in use').waitFor();
    await page.getByRole('combobox', { name: 'Metric' }).selectOption('throughput');
    await page.waitForURL(/metric=throughput/);
    await page.getByText(/^\/s, steady part, one point per run/).waitFor();
    await page.getByRole('button', { name: /^Show as table/ }).click();
    await page.getByRole('row', { name: /Baseline.*\d\/s.*Passed/ }).waitFor();
    await page.getByRole('button', { name: /^Show as chart/ }).click();
    // One stop of Tab; arrow keys go on to the others, Enter opens.
    await points.last().focus();
    expect(await points.evaluateAll((links) => links.filter((link) => link.tabIndex === 0).length)).toBe(1);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Home');
    const oldest = (await points.first().getAttribute('href')) ?? '';
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe(oldest);
    await page.keyboard.press('Enter');
    await page.waitForURL(new URL(oldest, host.url).href);
    await page.goto(first);

    // Judged again, beside the stored verdict.
    await button('Judge again').click();
    const again = region('Judge again');
    const limit = again.getByRole('group', { name: 'Objective 1' }).getByRole('textbox', { name: /^Limit/ });
    await again.getByText('These are the objectives of the plan.').waitFor();
    await limit.fill('1');
    await again.getByText('With these: Failed. Stored: Passed.').waitFor({ state: 'attached' });
    await again.getByText('within 0.1 %', { exact: true }).waitFor();
    await limit.fill('-1');
    await again.getByText('A limit cannot be negative.').waitFor();
    expect(await limit.getAttribute('aria-invalid')).toBe('true');
    await limit.fill('4000');
    await again.getByText('Still: Passed.').waitFor({ state: 'attached' });
    await button('Back to the plan’s objectives').click();
    expect(await limit.inputValue()).toBe('5000');
    await again.getByText('These are the objectives of the plan.').waitFor();
    await page.getByRole('heading', { name: 'Passed', exact: true }).waitFor();

    // Another load is no fair comparison, unless somebody wants it all the same.
    await page.getByRole('link', { name: 'Configure' }).click();
    await page.getByRole('textbox', { name: 'Users' }).fill('2');
    await button('Run').click();
    await page.waitForURL((url) => /\/runs\//.test(url.pathname) && ![first, second].includes(url.href));
    await passed();
    await comparison.getByText('Another load.').waitFor();
    await button('Compare all the same').click();
    await comparison.getByText(/^Compared although they differ/).waitFor();
    await comparison.getByText(/: nothing can be told\.$/).waitFor();

    // Repeated as one group.
    await button('Repeat 6 times').click();
    const third = page.url();
    await page.waitForURL((url) => /\/runs\//.test(url.pathname) && url.href !== third);
    const query = '{ loadTestRuns(first: 20) { edges { node { repeatGroup } } } }';
    const { loadTestRuns } = await host.ask<{ loadTestRuns: { edges: { node: { repeatGroup: string | null } }[] } }>(query);
    const groups = loadTestRuns.edges.flatMap(({ node }) => node.repeatGroup ?? []);
    expect([groups.length, new Set(groups).size]).toEqual([6, 1]);
    expect(trouble).toEqual([]);
  });
});
