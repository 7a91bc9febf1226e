/** What can be read, and where: buttons that wait, narrow panels, and charts without anything to draw. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { chromium } from '../helpers/places.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { pictureOf } from '../helpers/picture.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

describe.skipIf(!chromium)('the look in Chromium', () => {
  let watched: WatchedPage;

  beforeAll(async () => {
    // Nothing that it asks for succeeds.
    watched = await watchedPage({ LOCUST_PATH: await misbehavingLocustAt('begin; for tenth in 1 2 3 4 5 6 7 8; do request "$tenth"00000 5000 refused; sleep 0.1; done') });
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  const panel = (rest: string) => watched.host.panel(rest);

  /** With no draft of another test. */
  async function opened(rest: string, look: { width?: number; height?: number; colorScheme?: 'light' | 'dark' }): Promise<Page & AsyncDisposable> {
    const { width = 1440, height = 1000, ...more } = look;
    const page = await watched.page.context().browser()?.newPage({ viewport: { width, height }, ...more });
    if (!page) throw new Error('there is no browser');
    await page.goto(panel(rest));
    return page;
  }

  /** A run of which nothing succeeds. */
  async function inVain(): Promise<string | undefined> {
    const ask = (query: string, variables: object) => watched.host.ask<Record<string, { id: string }>>(query, variables);
    const plan = { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9' }, load: { preset: { key: 'constant', users: 1, durationMs: 3000 } } };
    const test = await ask('mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } } }', { input: { name: 'In vain', framework: 'locust', workflow: { id: 'price-lookup' }, plan } });
    const run = await ask('mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } } }', { input: { loadTestId: test['saveLoadTest']?.id } });
    return run['startRun']?.id;
  }

  test.each(['light', 'dark'] as const)('a button that waits or cannot be pressed is read well under the pointer, %s', async (colorScheme) => {
    await using page = await opened('/tests/new?workflow=price-lookup', { colorScheme });
    await page.route('**/plugins/load-testing/graphql', (route) => ((route.request().postDataJSON() as { operationName?: string }).operationName === 'SaveLoadTest' ? undefined : route.fallback()));
    await page.getByRole('button', { name: 'Add an objective' }).click();
    await page.getByRole('textbox', { name: /limit/i }).fill('500');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: 'Starting' }).waitFor();
    await page.evaluate(() => {
      for (const button of document.querySelectorAll('button.btn')) button.setAttribute('aria-disabled', 'true');
    });
    const buttons = await page.locator('button.btn:visible').all();
    expect(buttons.length).toBeGreaterThan(4);
    for (const button of buttons) {
      await button.hover();
      expect(await button.evaluate(contrast), await button.textContent() ?? '').toBeGreaterThanOrEqual(4.5);
    }
  });

  test('a result on a narrow panel breaks no word and cuts nothing off, and says where there is nothing to draw', { timeout: 60_000 }, async () => {
    await using page = await opened(`/runs/${await inVain()}`, { width: 320, height: 640 });
    const requests = page.getByRole('region', { name: 'Requests', exact: true });
    await requests.waitFor({ timeout: 30_000 });
    await page.getByText('No execution succeeded.', { exact: true }).waitFor();
    const tooWide = () => page.evaluate(() => [...document.querySelectorAll('main, h2, .card, .scroll, .t')].filter((element) => element.scrollWidth > element.clientWidth + 1).map((element) => element.className || element.tagName));
    expect(await tooWide()).toEqual([]);
    // The longest word that can stand there, on one line.
    const lines = await page.locator('#verdict').evaluate((heading) => {
      const word = document.createTextNode('evaluated');
      [...heading.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())?.replaceWith(word);
      const range = document.createRange();
      range.selectNodeContents(word);
      return range.getClientRects().length;
    });
    expect([lines, await tooWide()]).toEqual([1, []]);
  });

  test('a chart is read by keyboard, moment by moment with its failures by class, and saved as a picture', { timeout: 60_000 }, async () => {
    await using page = await opened(`/runs/${await inVain()}`, { colorScheme: 'dark' });
    const throughput = page.getByRole('slider', { name: 'Throughput and failures, moment' });
    await page.getByText('No execution succeeded.', { exact: true }).waitFor({ timeout: 30_000 });
    const said = () => throughput.getAttribute('aria-valuetext');
    expect(await said()).toMatch(/^none chosen/);
    await throughput.press('ArrowLeft');
    expect(await said()).toMatch(/^0:00, succeeded 0\/s, failed 8\/s, 8 × Connection refused$/);
    // All charts of the run show that moment.
    expect(await page.locator('figure .box').count()).toBe(3);
    await throughput.press('Escape');
    expect([await page.locator('figure .box').count(), await said()]).toEqual([0, expect.stringMatching(/^none chosen/)]);
    const picture = await pictureOf(page, 'Throughput and failures');
    expect(picture.name).toMatch(/^In-vain-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.throughput-and-failures\.png$/);
    const figure = await page.locator('figure', { hasText: 'Throughput and failures' }).boundingBox();
    expect([picture.width, picture.height]).toEqual([figure?.width ?? 0, figure?.height ?? 0].map((side) => Math.ceil((side + 32) * 2)));
    // On the colour of its card in the dark, with the red of failures in it.
    expect(picture.colors[0]).toBe('25,28,34');
    expect(picture.colors).toContain('255,140,130');
  });

  test('the bar of the form leaves a low, narrow window to the form', async () => {
    await using page = await opened('/tests/new?workflow=price-lookup', { width: 320, height: 568 });
    await page.getByRole('textbox', { name: 'Duration' }).fill('30 s');
    await page.getByText(/^Not saved\. Draft kept/).waitFor();
    expect((await page.locator('.foot').last().boundingBox())?.height ?? Number.NaN).toBeLessThan(568 / 6);
  });
});

/** In the page: of a text with what lies behind it, by WCAG. */
function contrast(element: Element): number {
  const parts = (color: string) => color.match(/[\d.]+/g)?.map(Number) ?? [];
  const isClear = (color: string) => parts(color)[3] === 0;
  let behind: Element | null = element;
  while (behind && isClear(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const light = (color: string) => {
    const [r = 0, g = 0, b = 0] = parts(color).slice(0, 3).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [darker = 0, lighter = 0] = [light(getComputedStyle(element).color), light(getComputedStyle(behind ?? document.body).backgroundColor)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}
