/** A trend as it is drawn of many runs: levels under the runs of their own series, weak change points hollow, what is at least so much marked, and where a version changed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encryptionKeys } from '../../plugin/key.ts';
import { openCipher } from '../../server/db/cipher.ts';
import { openDatabase } from '../../server/db/client.ts';
import { insertLoadTest } from '../../server/script/store.ts';
import { embeddedIn } from '../helpers/embedded.ts';
import { type FigureRun, figureRun } from '../helpers/figure-run.ts';
import { chromium } from '../helpers/places.ts';
import { pictureOf } from '../helpers/picture.ts';
import { testPlan } from '../helpers/stored-run.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const noisy = (i: number, level: number, noise: number) => level * (1 + noise * (((i * 7) % 5) - 2) / 2);
/** A step down that is likely only, and one up that is sure. */
const LOCUST = [...Array.from({ length: 8 }, (_, i) => noisy(i, 283, 0.06)), ...Array.from({ length: 7 }, (_, i) => noisy(i, 264, 0.06)), ...Array.from({ length: 14 }, (_, i) => noisy(i, 311, 0.03))];

/** With each fourth run of Locust one of k6, which is slower; the last but one had timeouts at its p95. */
function runs(): Omit<FigureRun, 'startedAt'>[] {
  return LOCUST.flatMap((value, i) => {
    const late = i === LOCUST.length - 2;
    const run = { value, frameworkVersion: i < 18 ? '2.46.3' : '2.47.0', ...(late ? { atLeast: ['p95Ms'] as const, verdict: 'failed' as const } : {}) };
    return i % 4 === 3 ? [run, { value: noisy(i, 420, 0.02), framework: 'k6', frameworkVersion: '2.2.0' }] : [run];
  });
}

describe.skipIf(!chromium)('a trend in Chromium', () => {
  const resources = new AsyncDisposableStack();
  let watched: WatchedPage;
  let page: WatchedPage['page'];
  const address: Record<string, string> = {};

  beforeAll(async () => {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'trend-'));
    resources.defer(() => rm(dataFolder, { recursive: true, force: true }));
    const cipher = openCipher(await encryptionKeys(null, dataFolder));
    const database = await openDatabase(await embeddedIn(path.join(dataFolder, 'database')));
    const saved = async (name: string, all: readonly Omit<FigureRun, 'startedAt'>[]) => {
      const test = await insertLoadTest(database.db, cipher, 'local', 'you', { workflowId: 'price-lookup', name, framework: 'locust', definition: '{}', workflowHash: 'a', plan: testPlan({ objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 400 }] }), planHash: 'p' });
      for (const [i, run] of all.entries()) await figureRun(database.db, cipher, test, { ...run, startedAt: new Date(Date.UTC(2026, 0, 1 + i)) });
      address[name] = `/tests/${Buffer.from(`LoadTest:${test.id}`).toString('base64')}/trend?last=100`;
    };
    await saved('Nightly', runs());
    await saved('Another plan', [...LOCUST.map((value) => ({ value })), { value: 90, comparedHash: 'other' }]);
    await database.close();
    watched = resources.use(await watchedPage({ LOAD_TESTING_DATA_DIR: dataFolder }));
    page = watched.page;
  });
  afterAll(() => resources.disposeAsync());

  const opened = async (name: string) => {
    await page.goto(`${watched.host.url}/plugins/load-testing${address[name]}`);
    await page.locator('line.level').first().waitFor({ state: 'attached' });
  };
  const box = async (selector: string) => Promise.all((await page.locator(selector).all()).map(async (one) => (await one.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }));
  const link = (name: RegExp) => page.getByRole('region').first().getByRole('link', { name });

  test('has levels of the series whose level moved, unbroken where runs of another one stand, and none of that one', async () => {
    await opened('Nightly');
    const levels = await box('line.level');
    const places = async (name: RegExp) => Promise.all((await link(name).all()).map(async (one) => (await one.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }));
    const [ofLocust, ofK6] = [await places(/series 1/), await places(/series 2/)];
    expect([ofLocust.length, ofK6.length]).toEqual([LOCUST.length, 7]);
    const under = ({ x, width }: { x: number; width: number }) => levels.filter((level) => level.x <= x + width / 2 && x + width / 2 <= level.x + level.width).length;
    expect(ofLocust.map(under)).toEqual(ofLocust.map(() => 1));
    // Three levels and not more pieces, far from the runs of the other series.
    expect(levels.length).toBe(3);
    expect(ofK6.every(({ y, height }) => levels.every((level) => Math.abs(level.y - (y + height / 2)) > 40))).toBe(true);
    const filled = (name: RegExp) => link(name).locator('.passed').evaluateAll((points) => new Set(points.map((point) => getComputedStyle(point).fill)).size === 1 && points.every((point) => getComputedStyle(point).stroke === 'none'));
    expect([await filled(/series 1/), await filled(/series 2/)]).toEqual([true, false]);
    await page.getByText(/^2 series: runs of another framework, plan, place or machine/).waitFor();
    expect(watched.trouble).toEqual([]);
  });

  test('has a hollow diamond for a weak change point and a filled one for a sure one, and says so in words', async () => {
    await opened('Nightly');
    const filled = await page.locator('figure .plot svg path[d^="M"][d$="Z"]').evaluateAll((diamonds) => diamonds.map((diamond) => getComputedStyle(diamond).fill === getComputedStyle(diamond).stroke));
    expect(filled).toEqual([false, true]);
    await page.locator('figure svg text', { hasText: /^-7\.5\s%.* weak$/ }).waitFor();
    const weak = page.getByRole('region', { name: 'Change points' }).getByRole('row').filter({ hasText: 'weak: likely, but not sure' });
    expect([await weak.count(), await page.getByRole('region', { name: 'Change points' }).getByRole('row').count()]).toEqual([1, 3]);
    await page.getByRole('list', { name: 'Key' }).getByText('weak change point').waitFor();
  });

  test('marks what is at least so much: at its point, in its name, beside the pointer, and in the table', async () => {
    await opened('Nightly');
    const late = link(/, ≥ \d+\sms, Failed/);
    expect([await late.count(), await page.locator('.tag', { hasText: '≥' }).count()]).toEqual([1, 1]);
    await late.hover();
    await page.locator('.box', { hasText: /≥ \d+\sms, Failed/ }).waitFor();
    await page.getByRole('list', { name: 'Key' }).getByText(/at least that: so many had no end in time/).waitFor();
    await page.getByRole('button', { name: /^Show as table/ }).click();
    expect(await page.getByRole('cell', { name: /^≥ / }).count()).toBe(1);
    expect(await page.getByRole('cell', { name: 'k6 2.2.0 series 2' }).count()).toBe(7);
  });

  test('marks where the version of a framework changed, and where another framework came in', async () => {
    await opened('Nightly');
    await page.locator('figure svg text', { hasText: 'Locust 2.46.3 to 2.47.0' }).waitFor();
    await page.locator('figure svg text', { hasText: 'Locust 2.46.3 to k6 2.2.0' }).waitFor();
  });

  test('has a card of a point with ways on, for the pointer and by keyboard, and is saved as a picture with what its shapes mean', async () => {
    await opened('Nightly');
    const last = link(/^Run \d+, .*series 1$/).last();
    const card = page.locator('.box');
    await last.hover();
    await card.getByRole('link', { name: 'Open the run' }).hover();
    await card.getByRole('link', { name: 'Its script' }).waitFor();
    await page.mouse.move(5, 5);
    await card.waitFor({ state: 'detached' });
    await last.focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Open the run');
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    expect(await last.evaluate((point) => point === document.activeElement)).toBe(true);
    const picture = await pictureOf(page, 'p95');
    expect(picture.name).toMatch(/^Nightly-[\dT-]+\.p95\.png$/);
    expect(picture.colors[0]).toBe('255,255,255');
    // Of the points, of the limit and of what failed.
    expect(picture.colors).toEqual(expect.arrayContaining(['23,112,63', '179,38,30']));
  });

  test('heads with news of the last run’s series: a level that moved under another plan is history', async () => {
    await opened('Another plan');
    await page.getByRole('heading', { name: 'Too few runs to tell where the level moved' }).waitFor();
    await page.getByRole('region', { name: 'Change points' }).getByText('series 1').first().waitFor();
  });
});
