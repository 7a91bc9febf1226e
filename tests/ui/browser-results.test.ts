/** Results beside others, of runs that are there: chosen and compared at an address, noted, judged again by a slider, put in order, pinned though failed, and deleted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import { openDatabase } from '../../server/db/client.ts';
import { insertLoadTest } from '../../server/script/store.ts';
import { embeddedIn } from '../helpers/embedded.ts';
import { chromium } from '../helpers/places.ts';
import { wrongWith } from '../helpers/screens.ts';
import { seeded } from '../helpers/seeded.ts';
import { storedRun, testPlan } from '../helpers/stored-run.ts';
import { until } from '../helpers/until.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const KEY = Buffer.alloc(32, 7);
const SECONDS = 80;

describe.skipIf(!chromium)('results in Chromium', () => {
  const resources = new AsyncDisposableStack();
  let watched: WatchedPage;
  let page: WatchedPage['page'];
  let list: string;
  /** Two that passed, one that failed, the oldest first. */
  const runs: string[] = [];
  /** Of another test: one that came to its end, and one that did not. */
  const stopped: string[] = [];

  beforeAll(async () => {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'results-'));
    resources.defer(() => rm(dataFolder, { recursive: true, force: true }));
    const database = await openDatabase(await embeddedIn(path.join(dataFolder, 'database')));
    const plan = testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: SECONDS * 1000 } }, warmUpMs: 3000, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 100 }] });
    const loadTest = await insertLoadTest(database.db, openCipher([KEY]), 'local', 'you', { workflowId: 'price-lookup', name: 'Nightly', framework: 'locust', definition: '{}', workflowHash: 'a', plan, planHash: 'p' });
    list = `/tests/${Buffer.from(`LoadTest:${loadTest.id}`).toString('base64')}/runs`;
    for (const [i, factor] of [1, 1, 3].entries()) {
      const run = await storedRun(database, plan, undefined, { organizationId: 'local', loadTestId: loadTest.id, workflowId: 'price-lookup', startedBy: 'you' });
      const random = seeded(i);
      for (let endsMs = 200; endsMs < SECONDS * 1000; endsMs += 20) run.add(endsMs, { durationMs: factor * (30 + 30 * random()) });
      // A request beside the executions: slower, and of too few.
      for (let second = 1; second <= 20; second++) run.line({ kind: 'request', startMicros: second * 1_000_000, name: 'login', durationMicros: 300_000, outcome: 'ok', status: 200, extra: {} });
      await run.close(SECONDS);
      await run.settle();
      runs.push(`/runs/${Buffer.from(`LoadTestRun:${run.id}`).toString('base64')}`);
    }
    const cutShort = await insertLoadTest(database.db, openCipher([KEY]), 'local', 'you', { workflowId: 'price-lookup', name: 'Cut short', framework: 'locust', definition: '{}', workflowHash: 'a', plan, planHash: 'p' });
    for (const ending of [{}, { cause: 'stop_asked', message: 'Stopped by You.' }] as const) {
      const run = await storedRun(database, plan, undefined, { organizationId: 'local', loadTestId: cutShort.id, workflowId: 'price-lookup', startedBy: 'you' });
      for (let endsMs = 200; endsMs < 10_000; endsMs += 20) run.add(endsMs);
      await run.close(10);
      await run.settle(ending);
      stopped.push(Buffer.from(`LoadTestRun:${run.id}`).toString('base64'));
    }
    await database.close();
    watched = resources.use(await watchedPage({ LOAD_TESTING_DATA_DIR: dataFolder, LOAD_TESTING_ENCRYPTION_KEY: KEY.toString('base64') }));
    page = watched.page;
  });
  afterAll(() => resources.disposeAsync());

  const open = async (rest: string) => {
    await page.setViewportSize({ width: 1440, height: 1000 });
    await page.goto(watched.host.panel(rest));
  };
  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  test('two runs of a list are compared at an address of their own, which a reload and the way back keep', async () => {
    await open(list);
    // As many as were judged: all numbers of a row are of one part.
    await page.getByRole('row', { name: /Failed/ }).getByRole('cell', { name: '3,842 Steady part' }).waitFor();
    const boxes = page.getByRole('checkbox');
    await boxes.first().press('Space');
    await page.getByText('One run is chosen: choose the other one.').waitFor();
    await boxes.last().press('Space');
    expect(await boxes.nth(1).isDisabled()).toBe(true);
    await page.reload();
    await page.getByRole('link', { name: 'Compare them' }).click();
    await page.waitForURL(/\/compare\?before=/);
    const pair = new URL(page.url()).searchParams;
    expect([pair.get('before'), pair.get('after')].map((id) => `/runs/${id}`)).toEqual([runs[0], runs[2]]);
    const found = region('Comparison');
    const all = found.getByRole('button', { name: 'Compare all the same' });
    if (await Promise.race([all.waitFor().then(() => true), found.getByRole('row', { name: /p95/ }).waitFor().then(() => false)])) await all.click();
    await found.getByRole('row', { name: /Regression.*p95/ }).waitFor();
    await page.reload();
    await found.getByRole('row', { name: /Regression.*p95/ }).waitFor();
    // The method in plain words; Escape takes them away.
    await found.getByRole('button', { name: /^t interval over log ratios/ }).press('Enter');
    const meaning = found.getByText(/^The steady part of each run is cut into blocks/);
    await meaning.waitFor();
    await page.keyboard.press('Escape');
    await meaning.waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Swap before and after' }).click();
    await found.getByRole('row', { name: /Unclear.*p95/ }).waitFor();
    await page.goBack();
    await found.getByRole('row', { name: /Regression.*p95/ }).waitFor();
    expect(await wrongWith(page, 'a-comparison')).toEqual([]);
  });

  test('what is noted of a run is read on its page and in the list', async () => {
    await open(runs[1] ?? '');
    await button('Add the note').click();
    await page.getByText('Write something first.').waitFor();
    await page.getByRole('textbox', { name: 'New note' }).fill('With the new index.');
    await button('Add the note').click();
    await region('Notes').getByText('With the new index.').waitFor();
    await page.getByRole('link', { name: '1 note', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('rowheader', { name: /1 note: With the new index\./ }).waitFor();
  });

  test('the reports of a run open over its page: nothing moves, and a narrow page stays as wide as its window', async () => {
    await open(runs[1] ?? '');
    await page.setViewportSize({ width: 390, height: 844 });
    await button('Reports').waitFor();
    const place = () => button('Delete').boundingBox();
    const before = await place();
    await button('Reports').click();
    const reports = page.getByRole('list', { name: 'Reports' });
    await reports.waitFor();
    expect([await place(), await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([before, 390]);
    const box = await reports.boundingBox();
    expect([(box?.x ?? -1) >= 0, (box?.x ?? 0) + (box?.width ?? 0) <= 390]).toEqual([true, true]);
    // A host that closes its drawer with Escape is not told of one that was taken.
    await page.evaluate(() => addEventListener('keydown', () => document.body.classList.add('told')));
    await page.keyboard.press('Escape');
    await reports.waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => document.body.className)).not.toContain('told');
  });

  test('a slider says from where on an objective would hold, and the server judges what is asked', async () => {
    await open(`${runs[2]}?judge=1`);
    const again = region('Judge again');
    const slider = again.getByRole('slider', { name: 'Limit of p95' });
    await slider.press('End');
    await again.getByText(/^With \d+\sms it would hold\.$/).waitFor();
    await again.getByText(/^It would hold from 1\d\d\sms on\.$/).waitFor();
    await again.getByText('With these: Passed. Stored: Failed.').waitFor({ state: 'attached' });
    await slider.press('Home');
    await again.getByText(/^With \d+\sms it would be broken\.$/).waitFor();
    expect(await wrongWith(page, 'judged-again')).toEqual([]);
  });

  test('a reader of another locale sees and types numbers as written there, beside sentences that are read alike everywhere', async () => {
    const german = await page.context().browser()?.newPage({ locale: 'de-DE', viewport: { width: 1440, height: 1000 } });
    if (!german) throw new Error('there is no browser');
    try {
      await german.goto(watched.host.panel(list));
      await german.getByRole('row', { name: /Failed/ }).getByRole('cell', { name: '3.842 Steady part' }).waitFor();
      await german.goto(watched.host.panel(`${runs[0]}?judge=1`));
      await german.getByText('0 of 3848 executions were slower than 100 ms, 192 allowed.').first().waitFor();
      const again = german.getByRole('region', { name: 'Judge again', exact: true });
      const slider = again.getByRole('slider', { name: 'Limit of p95' });
      await again.getByRole('textbox', { name: /^Limit/ }).first().fill('1.500,5');
      await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/^1\.500,5\u00a0ms/);
    } finally {
      await german.close();
    }
  });

  test('what judges again comes into sight and takes the focus, and the first answer does not move the slider', async () => {
    await open(runs[2] ?? '');
    await page.setViewportSize({ width: 390, height: 844 });
    await button('Judge again').click();
    const heading = page.getByRole('heading', { name: 'Judge again' });
    await until('it is seen and has the focus', () => heading.evaluate((one) => one === document.activeElement && one.getBoundingClientRect().top >= 0 && one.getBoundingClientRect().bottom <= innerHeight));
    const slider = region('Judge again').getByRole('slider', { name: 'Limit of p95' });
    const top = () => slider.evaluate((one) => one.getBoundingClientRect().top + scrollY);
    const before = await top();
    await slider.press('End');
    await page.getByText('With these: Passed. Stored: Failed.').waitFor({ state: 'attached' });
    expect([await top(), new URL(page.url()).searchParams.get('judge')]).toEqual([before, '1']);
  });

  test('requests stand with the slowest first, by another column when that is asked, and tell no percentile of too few', async () => {
    await open(runs[1] ?? '');
    const requests = region('Requests');
    const first = requests.getByRole('rowheader').first();
    const sorted = () => requests.locator('th[aria-sort]').evaluateAll((heads) => heads.map((head) => `${head.textContent?.trim()} ${head.getAttribute('aria-sort')}`));
    await first.waitFor();
    expect(await sorted()).toEqual(['p95 descending']);
    await requests.getByRole('row', { name: /login/ }).getByText('needs 59').waitFor();
    await requests.getByRole('button', { name: 'Requests' }).press('Enter');
    await requests.getByRole('button', { name: 'Requests' }).press('Enter');
    expect([await sorted(), (await first.textContent())?.startsWith('login')]).toEqual([['Requests ascending'], true]);
    await page.getByRole('button', { name: 'Show as table: Latency' }).press('Enter');
    await page.reload();
    await first.getByText('login').waitFor();
    await page.getByRole('button', { name: 'Show as chart: Latency' }).press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.has('table')).toBe(false);
  });

  test('a host is told of what is shown beside the run, so that its own link leads there', async () => {
    await open('/');
    await page.evaluate((src) => {
      window.addEventListener('message', ({ data }: MessageEvent<{ path: string }>) => (document.title = data.path));
      document.body.replaceChildren(Object.assign(document.createElement('iframe'), { src, width: 1200, height: 900 }));
    }, watched.host.panel(runs[1] ?? ''));
    await page.frameLocator('iframe').getByRole('region', { name: 'Requests' }).getByRole('button', { name: 'Failed' }).press('Enter');
    await expect.poll(() => page.title()).toMatch(/\?sort=-failed$/);
  });

  test('a run that was stopped says why it is compared with nothing, although one is pinned', async () => {
    await watched.host.ask('mutation ($runId: ID!) { pinBaseline(runId: $runId) { __typename } }', { runId: stopped[0] });
    await open(`/runs/${stopped[1]}`);
    await region('Compared with the baseline').getByText(/^A run that did not come to its planned end is not compared\. One run is compared with one other from a steady part of 1.min on/).waitFor();
  });

  test('a failed run is pinned when it was said what that means; a pinned one is not deleted, another one is', async () => {
    await open(runs[2] ?? '');
    await button('Pin as baseline').click();
    await page.getByText(/^Its verdict is: Failed\. As the baseline/).waitFor();
    await button('Pin all the same').waitFor();
    await page.getByRole('textbox', { name: 'Reason (optional)' }).press('Enter');
    await button('Unpin').waitFor();
    const drop = async () => {
      await button('Delete').click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText(/It cannot be brought back\.$/).waitFor();
      await dialog.getByRole('button', { name: 'Delete' }).click();
    };
    await drop();
    await page.getByRole('alert').getByText(/^This run is the pinned baseline of its test/).waitFor();
    await open(runs[0] ?? '');
    await drop();
    await page.waitForURL((url) => url.pathname.endsWith(list));
    await page.locator(`a[href$="${runs[2]}"]`).waitFor();
    expect(await page.locator(`a[href$="${runs[0]}"]`).count()).toBe(0);
    // In the list itself: what was chosen stands in the address while the list is read anew.
    await page.getByRole('checkbox').first().press('Space');
    await page.locator('tr', { has: page.locator(`a[href$="${runs[1]}"]`) }).getByRole('button', { name: /^Delete the run/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.locator(`a[href$="${runs[1]}"]`).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('runs');
    expect(watched.trouble).toEqual([]);
  });
});
