/** Every screen of the panel with real runs by Artillery, at all widths, light and dark; and the whole way by keyboard alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { chromium, toolPath } from '../helpers/places.ts';
import { wrongWith } from '../helpers/screens.ts';
import { shownVerdict } from '../helpers/shown-verdict.ts';
import { until } from '../helpers/until.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const artillery = await toolPath('artillery');
/** The shell of the panel, gzip. */
const MOST_BYTES = 120_000;

describe.skipIf(!chromium || !artillery)('a screen in Chromium', () => {
  let watched: WatchedPage;
  let page: Page;
  let target: string;
  let saved: string;
  const runs: string[] = [];

  async function newPage(): Promise<Page> {
    const created = await page.context().browser()?.newPage({ viewport: { width: 1440, height: 1000 } });
    if (!created) throw new Error('there is no browser');
    return created;
  }
  const ask = <Data>(query: string, variables: object = {}) => watched.host.ask<Data>(query, variables);
  const planWith = (limit: number, durationMs: number) => ({ target: { preset: 'studio', baseUrl: target }, load: { preset: { key: 'constant', ratePerSecond: 20, durationMs } }, warmUpMs: 1000, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: limit }] });

  async function started(plan: object): Promise<string> {
    const { startRun } = await ask<{ startRun: { id: string } }>('mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } ... on Refusal { message } } }', { input: { loadTestId: saved, plan } });
    return startRun.id;
  }
  const over = (id: string) => until('the run is over', async () => ['FINISHED', 'ABORTED', 'CRASHED'].includes((await ask<{ loadTestRun: { state: string } }>('query ($id: ID!) { loadTestRun(id: $id) { state } }', { id })).loadTestRun.state), 60_000);

  beforeAll(async () => {
    watched = await watchedPage();
    ({ page } = watched);
    target = (await ask<{ limits: { allowedTargets: string[] } }>('{ limits { allowedTargets } }')).limits.allowedTargets[0] ?? '';
    const { saveLoadTest } = await ask<{ saveLoadTest: { id: string } }>('mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } ... on Refusal { message } } }', { input: { name: 'Nightly', framework: 'artillery', workflow: { id: 'price-lookup' }, plan: planWith(500, 8000) } });
    saved = saveLoadTest.id;
    for (const limit of [500, 1]) {
      const id = await started(planWith(limit, 8000));
      runs.push(id);
      await over(id);
    }
    await ask('mutation ($runId: ID!) { pinBaseline(runId: $runId) { ... on LoadTest { id } ... on Refusal { message } } }', { runId: runs[0] });
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  const screens: readonly [name: string, path: () => string, ready: (at: Page) => Promise<unknown>][] = [
    ['workflows', () => '/', (at) => at.getByRole('link', { name: /Price lookup/ }).first().waitFor()],
    ['tests of a workflow', () => '/?workflow=price-lookup', (at) => at.getByRole('link', { name: 'Nightly' }).first().waitFor()],
    ['a workflow without a test', () => '/?workflow=sales-report', (at) => at.getByRole('link', { name: 'New test' }).first().waitFor()],
    ['a new test', () => '/tests/new?workflow=price-lookup', (at) => at.getByRole('button', { name: 'Run', exact: true }).waitFor()],
    ['its script', () => '/tests/new/script?workflow=price-lookup', (at) => at.locator('pre code span[style]').first().waitFor()],
    ['a saved test', () => `/tests/${saved}`, (at) => at.getByRole('textbox', { name: 'Duration' }).first().waitFor()],
    ['its runs', () => `/tests/${saved}/runs`, (at) => at.getByRole('table').first().waitFor()],
    ['its trend', () => `/tests/${saved}/trend`, (at) => at.getByRole('heading', { name: /^(Too few runs to tell where the level moved|No run has measured this yet)$/ }).waitFor()],
    ['a run that passed', () => `/runs/${runs[0]}`, (at) => at.getByRole('region', { name: 'Requests', exact: true }).waitFor()],
    ['a run that failed', () => `/runs/${runs[1]}`, (at) => at.getByRole('region', { name: 'Requests', exact: true }).waitFor()],
    ['nothing', () => '/runs/nothing', (at) => at.getByRole('heading', { name: /not/i }).first().waitFor()],
  ];

  test.each(screens)('%s has nothing that axe finds, and fits its window, in every look', { timeout: 60_000 }, async (name, path, ready) => {
    const screen = await newPage();
    await screen.goto(watched.host.panel(path()));
    await ready(screen);
    expect(await wrongWith(screen, name.replaceAll(' ', '-'))).toEqual([]);
    await screen.close();
  });

  test('a comparison of runs that are too short says what it needs, and repeats are one click away', { timeout: 60_000 }, async () => {
    const screen = await newPage();
    // All the same: on a busy machine the generator of one did not keep up.
    await screen.goto(watched.host.panel(`/compare?before=${runs[1]}&after=${runs[0]}&all=1`));
    await screen.getByText(/One pair of runs says something from 60 s on/).first().waitFor();
    await screen.getByRole('button', { name: /^Repeat \d+ times$/ }).waitFor();
    await screen.getByText(/pin the one of “Before” on its page first/).waitFor();
    expect(await wrongWith(screen, 'a-comparison-too-short')).toEqual([]);
    await screen.close();
  });

  test('a run that goes on is the same after a reload, and has nothing that axe finds', { timeout: 60_000 }, async () => {
    const id = await started(planWith(500, 60_000));
    await page.goto(watched.host.panel(`/runs/${id}`));
    await page.getByText('Live', { exact: true }).first().waitFor({ timeout: 30_000 });
    await page.reload();
    await page.getByText('Live', { exact: true }).first().waitFor();
    await page.getByRole('progressbar').first().waitFor();
    expect(await page.title()).toContain('Running');
    expect(await wrongWith(page, 'a-run-that-goes-on')).toEqual([]);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText(/The run was stopped early/).first().waitFor({ timeout: 30_000 });
    expect(watched.trouble).toEqual([]);
  });

  test('what is loaded before anybody has done anything is less than 120 kB of JavaScript', async () => {
    const first = await newPage();
    await first.goto(watched.host.panel('/?workflow=price-lookup'));
    await first.getByRole('link', { name: 'Nightly' }).first().waitFor();
    const sizes = await first.evaluate(() => (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter(({ name }) => name.endsWith('.js')).map(({ encodedBodySize, decodedBodySize }) => [encodedBodySize, decodedBodySize]));
    const [encoded, decoded] = [0, 1].map((i) => sizes.reduce((sum, size) => sum + (size[i] ?? 0), 0));
    expect(encoded).toBeGreaterThan(20_000);
    expect(encoded).toBeLessThan(MOST_BYTES);
    // They came compressed.
    expect(decoded).toBeGreaterThan(2 * (encoded ?? 0));
    await first.close();
  });

  test('from a workflow to a verdict by keyboard alone', { timeout: 90_000 }, async () => {
    const keys = await newPage();
    await keys.goto(watched.host.panel('/?workflow=price-lookup'));
    await keys.getByRole('link', { name: 'New test' }).first().waitFor();
    const focused = () => keys.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      return element?.getAttribute('aria-label') ?? (element as HTMLInputElement | null)?.labels?.[0]?.textContent?.trim() ?? element?.textContent?.trim() ?? '';
    });
    async function tabTo(name: RegExp): Promise<void> {
      for (let i = 0; i < 120; i++) {
        await keys.keyboard.press('Tab');
        if (name.test(await focused())) return;
      }
      throw new Error(`no Tab leads to ${name}`);
    }
    await tabTo(/^New test$/);
    await keys.keyboard.press('Enter');
    await keys.getByRole('radio', { name: /Artillery/ }).waitFor();
    await tabTo(/Locust|k6|Artillery/);
    while (!(await keys.getByRole('radio', { name: /Artillery/ }).isChecked())) await keys.keyboard.press('ArrowRight');
    await tabTo(/^Duration/);
    await keys.keyboard.press('Control+A');
    await keys.keyboard.type('5 s');
    await tabTo(/^Run$/);
    await keys.keyboard.press('Enter');
    await keys.getByText(/Starting|Running|Live/).first().waitFor({ timeout: 30_000 });
    const verdict = await shownVerdict(keys);
    // Whoever cannot see it is told.
    expect(await focused()).toContain(verdict);
    await keys.close();
  });
});
