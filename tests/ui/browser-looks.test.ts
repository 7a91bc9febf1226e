/** What can be read, and where: buttons that wait, narrow panels, and charts without anything to draw. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../helpers/places.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

describe.skipIf(!chromium)('the look in Chromium', () => {
  let watched: WatchedPage;
  let page: WatchedPage['page'];

  beforeAll(async () => {
    watched = await watchedPage();
    ({ page } = watched);
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  const panel = (rest: string) => `${watched.host.url}/plugins/load-testing${rest}`;

  test.each(['light', 'dark'] as const)('a button that waits or cannot be pressed is read well under the pointer, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.route('**/plugins/load-testing/graphql', (route) => ((route.request().postDataJSON() as { operationName?: string }).operationName === 'SaveLoadTest' ? undefined : route.fallback()));
    await page.goto(panel('/tests/new?workflow=price-lookup'));
    await page.getByRole('button', { name: 'Add an objective' }).click();
    await page.getByRole('textbox', { name: /limit/i }).fill('500');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: 'Starting' }).waitFor();
    await page.evaluate(() => {
      for (const button of document.querySelectorAll('button.btn')) button.setAttribute('aria-disabled', 'true');
    });
    const buttons = await page.locator('button.btn').all();
    expect(buttons.length).toBeGreaterThan(4);
    for (const button of buttons) {
      await button.hover();
      expect(await button.evaluate(contrast), await button.textContent() ?? '').toBeGreaterThanOrEqual(4.5);
    }
    await page.unrouteAll({ behavior: 'ignoreErrors' });
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
