/** The whole way as a user clicks it: a workflow, a plan, the script, a run, live numbers, a verdict, and a reload at any place. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium, toolPath } from '../helpers/places.ts';
import { shownVerdict } from '../helpers/shown-verdict.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const locust = await toolPath('locust');

describe.skipIf(!chromium || !locust)('the panel in Chromium', () => {
  let watched: WatchedPage;
  let host: WatchedPage['host'];
  let page: WatchedPage['page'];
  let trouble: WatchedPage['trouble'];

  beforeAll(async () => {
    watched = await watchedPage();
    ({ host, page, trouble } = watched);
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  test('from a workflow of the host to a verdict', { timeout: 90_000 }, async () => {
    await page.goto(host.url);
    await page.getByRole('button', { name: /Sales report/ }).or(page.getByRole('link', { name: /Sales report/ })).first().click();
    const panel = page.frameLocator('iframe');
    await panel.getByRole('link', { name: 'New test' }).first().click();

    // A plan: 3 users for 6 seconds, and p95 below 500 ms.
    await panel.getByRole('radio', { name: 'Constant' }).check({ force: true });
    await panel.getByRole('textbox', { name: 'Users' }).fill('3');
    await panel.getByRole('textbox', { name: 'Duration' }).fill('6 s');
    await panel.getByRole('button', { name: 'Add an objective' }).click();
    await panel.getByRole('textbox', { name: /limit/i }).fill('500');

    // Its nodes act outside: without agreeing, nothing starts, and the page says where to look.
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    const agree = panel.getByRole('checkbox', { name: /Run these nodes for real/ });
    await expect.poll(() => agree.evaluate((box) => box.ownerDocument.activeElement === box)).toBe(true);
    await agree.check();

    // The script, highlighted.
    await panel.getByRole('button', { name: 'Script', exact: true }).or(panel.getByRole('link', { name: 'Script', exact: true })).first().click();
    await panel.getByText('loadtest.py').first().waitFor();
    await panel.locator('pre code span[style*="color"], pre code span[class]').first().waitFor();
    await panel.getByRole('link', { name: 'Configure' }).click();
    expect(await panel.getByRole('textbox', { name: 'Users' }).inputValue()).toBe('3');

    // Run, live, verdict.
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    await panel.getByText('Running', { exact: true }).first().waitFor();
    await panel.getByRole('button', { name: 'Stop' }).waitFor();
    const verdict = await shownVerdict(panel);
    if (verdict === 'Passed') await panel.getByText(/were slower than 500 ms/).first().waitFor();

    // A reload at this place shows the same.
    const address = await panel.locator('html').evaluate((html) => html.ownerDocument.location.href);
    await page.goto(address);
    await page.getByRole('heading', { name: verdict, exact: true }).waitFor();
    expect(await page.title()).toContain(verdict);
    expect(trouble).toEqual([]);
  });

  test('a run is stopped while it runs', { timeout: 60_000 }, async () => {
    await page.goto(`${host.url}/plugins/load-testing/tests/new?workflow=price-lookup`);
    await page.getByRole('radio', { name: 'Constant' }).check({ force: true });
    await page.getByRole('textbox', { name: 'Duration' }).fill('2 min');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('Running', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText(/Stopped by You/).first().waitFor();
    expect(trouble).toEqual([]);
  });

  test('an address that is nothing says so, and leads back', async () => {
    await page.goto(`${host.url}/plugins/load-testing/runs/nothing`);
    await page.getByRole('heading', { name: /not/i }).first().waitFor();
    await page.getByRole('link', { name: /Load testing|back/i }).first().waitFor();
  });
});
