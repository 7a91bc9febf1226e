/** Runs as they are watched: their log, their turn, their course, their stop, and once more with one click. A stand-in takes the place of the tool. */
import { readFile } from 'node:fs/promises';
import type { WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cuttable } from '../helpers/cuttable-panel.ts';
import { chromium } from '../helpers/places.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const PATIENTLY = { timeout: 30_000 };

/** The path of the target says what it does. Asked to end, it takes its time, so that this is seen. */
const STAND_IN = `outcome=ok
case "$(cat plan.json)" in
  *'"/wide"'*) printf '%-400s|\n' Name; exit 1;;
  *'"/crash"'*) seq -f 'line %g' 60; echo "ModuleNotFoundError: No module named 'prices'"; exit 1;;
  *'"/silent"'*) exit 1;;
  *'"/refused"'*) outcome=refused;;
esac
trap 'sleep 1; exit 0' INT
begin; i=0; while :; do echo "line $i"; i=$((i + 1)); request 100000 5000 $outcome; sleep 0.1; done`;

describe.skipIf(!chromium)('runs in Chromium', () => {
  let watched: WatchedPage;
  let page: WatchedPage['page'];
  let trouble: WatchedPage['trouble'];

  beforeAll(async () => {
    watched = await watchedPage({ LOCUST_PATH: await misbehavingLocustAt(STAND_IN), LOAD_TESTING_STOP_GRACE_MS: '4000' });
    ({ page, trouble } = watched);
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  const panel = (rest: string) => watched.host.panel(rest);
  const ask = <Data>(query: string, variables: object) => watched.host.ask<Data>(query, variables);

  /** A saved test of two users, too short for a check of the machine before it. Returns its id. */
  async function saved(name: string, path: string, target: object = {}): Promise<string> {
    const plan = { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9', path, ...target }, load: { preset: { key: 'constant', users: 2, durationMs: 25_000 } } };
    const query = 'mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } } }';
    const { saveLoadTest } = await ask<{ saveLoadTest: { id: string } }>(query, { input: { name, framework: 'locust', workflow: { id: 'price-lookup' }, plan } });
    return saveLoadTest.id;
  }

  async function started(loadTestId: string, environment: object[] = []): Promise<string> {
    const query = 'mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } ... on Refusal { message } } }';
    const { startRun } = await ask<{ startRun: { id: string; message?: string } }>(query, { input: { loadTestId, environment } });
    expect(startRun.message).toBeUndefined();
    return startRun.id;
  }

  const log = () => page.getByRole('log', { name: /^What Locust .* printed$/ });
  const linesShown = async () => (await log().locator('div').allTextContents()).map((line) => Number(line.replace('line ', '')));
  const fromItsEnd = () => log().evaluate((view) => view.scrollHeight - view.clientHeight - view.scrollTop);
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
  const course = () => page.getByRole('region', { name: 'Course of the run' }).getByRole('listitem');

  test('a crashed one shows its last lines, and why; its log is a file; it is run again with one click', async () => {
    const test = await saved('Breaks at once', '/crash', { auth: { bearer: { variable: 'PRICES_TOKEN' } } });
    const run = await started(test, [{ name: 'PRICES_TOKEN', value: 'sesame' }]);
    await page.goto(panel(`/runs/${run}`));
    await page.getByRole('heading', { name: 'Not evaluated' }).waitFor();
    await page.getByText(/^The run crashed\. Locust ended with exit code 1.*No module named 'prices'$/).waitFor();
    const last = log().getByText("ModuleNotFoundError: No module named 'prices'");
    await last.waitFor();
    const inSight = () => last.evaluate((line) => line.getBoundingClientRect().bottom <= Math.min(innerHeight, line.parentElement?.getBoundingClientRect().bottom ?? 0));
    await expect.poll(inSight, PATIENTLY).toBe(true);
    await page.getByText(/^Locust .*, 61 lines$/).waitFor();
    expect(await course().allTextContents()).toEqual([
      expect.stringMatching(/Queued\s*It was accepted\./),
      expect.stringMatching(/Starting\s*Its turn came\./),
      expect.stringMatching(/Crashed\s*The tool could not go on\.$/),
    ]);

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const file = await downloading;
    expect([file.suggestedFilename(), (await readFile(await file.path(), 'utf8')).split('\n').slice(-2)]).toEqual([expect.stringMatching(/^Breaks-at-once-.*\.log\.txt$/), ["ModuleNotFoundError: No module named 'prices'", '']]);

    // The host has no such value, and this tab was never told it: asked for at its field, and then remembered.
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.waitForURL(/\/tests\//);
    const value = page.getByRole('textbox', { name: 'Value of PRICES_TOKEN for the next run' }).or(page.getByLabel('Value of PRICES_TOKEN for the next run'));
    await expect.poll(() => value.evaluate((field) => field === document.activeElement), PATIENTLY).toBe(true);
    await value.fill('sesame');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.waitForURL(/\/runs\//);
    const second = page.url();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.waitForURL((url) => /\/runs\//.test(url.pathname) && url.href !== second);
    await page.getByRole('link', { name: 'Breaks at once' }).waitFor();
    await page.getByRole('heading', { name: 'Not evaluated' }).waitFor();
    expect(trouble).toEqual([]);
  });

  test('a wide table that the tool printed keeps its columns: it is scrolled, and a list of runs names the tool', async () => {
    await page.goto(panel(`/runs/${await started(await saved('Prints wide', '/wide'))}`));
    const line = log().getByText(/^Name\s+\|$/);
    await line.waitFor();
    const scrolled = () => log().evaluate((view) => [view.scrollWidth > view.clientWidth, document.documentElement.scrollWidth <= innerWidth]);
    expect([await line.evaluate((element) => element.getBoundingClientRect().height), ...(await scrolled())]).toEqual([20, true, true]);
    await page.goto(panel('/?workflow=price-lookup'));
    const runs = page.getByRole('region', { name: 'Recent runs' });
    await runs.getByRole('columnheader', { name: 'Framework' }).waitFor();
    await runs.getByRole('row', { name: /Prints wide/ }).getByRole('cell', { name: /^Locust/ }).waitFor();
    expect(trouble).toEqual([]);
  });

  test('one that is over has its reports in a menu that is opened, walked through and closed by keyboard', async () => {
    await page.goto(panel(`/runs/${await started(await saved('Has reports', '/silent'))}`));
    await page.getByRole('heading', { name: 'Not evaluated' }).waitFor();
    const menu = page.getByRole('button', { name: 'Reports', exact: true });
    await menu.focus();
    await page.keyboard.press('Enter');
    const links = page.getByRole('list', { name: 'Reports' }).getByRole('link');
    await links.first().waitFor();
    expect(await links.allTextContents()).toEqual([expect.stringMatching(/^HTML/), expect.stringMatching(/^JUnit XML/), expect.stringMatching(/^CSV/), expect.stringMatching(/^JSON/)]);
    await page.keyboard.press('Tab');
    const opening = page.waitForEvent('popup');
    await page.keyboard.press('Enter');
    const report = await opening;
    expect(await report.title()).toBe('Not evaluated: Has reports');
    await report.close();
    await page.bringToFront();
    const downloading = page.waitForEvent('download');
    await links.nth(1).click();
    expect((await downloading).suggestedFilename()).toMatch(/^Has-reports-.*\.junit\.xml$/);
    await page.keyboard.press('Escape');
    await links.first().waitFor({ state: 'hidden' });
    expect([await menu.evaluate((button) => button === document.activeElement), trouble]).toEqual([true, []]);
  });

  test('one of which everything fails alike says why while it goes on, and need not be waited for', async () => {
    await page.goto(panel(`/runs/${await started(await saved('Nobody there', '/refused'))}`));
    await page.getByRole('status').getByText(/^The target refused every connection\. Is it running at http:\/\/127\.0\.0\.1:9\? \d+ of \d+ requests failed\. The run goes on all the same: stop it/).waitFor(PATIENTLY);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('heading', { name: /^(Failed|Not evaluated)$/ }).waitFor();
    await page.getByText(/^The target refused every connection\./).first().waitFor();
    expect(trouble).toEqual([]);
  });

  test('one whose tool printed nothing says so', async () => {
    await page.goto(panel(`/runs/${await started(await saved('Says nothing', '/silent'))}`));
    await page.getByRole('heading', { name: 'Not evaluated' }).waitFor();
    await page.getByText('The tool has printed nothing.', { exact: true }).waitFor();
    expect(trouble).toEqual([]);
  });

  test('one that waits says behind what; one that goes on tells its lines without a hole, and is stopped by keyboard', async () => {
    const sockets: WebSocketRoute[] = [];
    await page.routeWebSocket(/\/graphql$/, (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
    await started(await saved('Goes on', '/on'));
    const second = await started(await saved('Comes after it', '/on'));
    await page.goto(panel(`/runs/${second}`));
    await page.getByText('This run waits for its turn. One run goes on at once.').waitFor();
    await page.getByRole('link', { name: 'Goes on' }).click();
    await page.getByText('Running', { exact: true }).first().waitFor();

    // New lines come into sight, unless the reader has gone up.
    await page.getByText('Log', { exact: true }).click();
    await log().waitFor();
    await expect.poll(async () => (await linesShown()).length, PATIENTLY).toBeGreaterThan(40);
    expect(await fromItsEnd()).toBeLessThan(8);
    await log().focus();
    await page.keyboard.press('Home');
    const follow = page.getByRole('button', { name: 'Follow new lines' });
    await follow.waitFor();
    const before = (await linesShown()).length;
    await expect.poll(async () => (await linesShown()).length, PATIENTLY).toBeGreaterThan(before);
    expect(await log().evaluate((view) => view.scrollTop)).toBe(0);
    await follow.press('Enter');
    await expect.poll(fromItsEnd, PATIENTLY).toBeLessThan(8);

    // A connection that is cut costs no line.
    await sockets.at(-1)?.close({ code: 4000, reason: 'cut' });
    await page.getByText('The connection is back, and nothing is missing.').waitFor(PATIENTLY);
    const cutAt = (await linesShown()).length;
    await expect.poll(async () => (await linesShown()).length, PATIENTLY).toBeGreaterThan(cutAt + 10);
    const shown = await linesShown();
    expect(shown).toEqual(shown.map((_, i) => i));

    const stop = page.getByRole('button', { name: 'Stop', exact: true });
    expect(await stop.getAttribute('title')).toBe('Ends the load within 6\u00a0s. What was measured until then is kept.');
    await stop.focus();
    await page.keyboard.press('Enter');
    const stopping = page.getByRole('button', { name: 'Stopping, up to 6\u00a0s' });
    await stopping.waitFor();
    expect([await stopping.getAttribute('aria-disabled'), await focused()]).toEqual(['true', 'Stopping, up to 6\u00a0s']);
    await page.getByText('The run was stopped early. Stopped by You.').waitFor();
    await expect.poll(focused, PATIENTLY).toBe('Not evaluated');
    await expect.poll(() => course().last().textContent(), PATIENTLY).toMatch(/Stopped early\s*Somebody stopped it\.$/);
    // As it was left: open.
    await log().waitFor();

    await page.goto(panel(`/runs/${second}`));
    await page.getByText('Running', { exact: true }).first().waitFor();
    await stop.click();
    await page.getByText('The run was stopped early. Stopped by You.').waitFor();
    expect(trouble).toEqual([]);
  });

  test('one that is stopped while it waits says in a sentence that it never began, and is run again', async () => {
    const first = await started(await saved('Goes before', '/on'));
    const run = await started(await saved('Waits', '/on'));
    await page.goto(panel(`/runs/${run}`));
    await page.getByText('This run waits for its turn.').waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('heading', { name: 'Never began' }).waitFor();
    await page.getByText(/^This run was over before its turn came: nothing was sent, .+ Stopped by You\.$/).waitFor();
    await expect.poll(focused, PATIENTLY).toBe('Never began');
    expect(await page.title()).toMatch(/^Never began/);
    // Nothing else: no numbers, no objectives, no charts.
    expect(await page.getByRole('main').getByRole('region').count()).toBe(1);
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.waitForURL((url) => /\/runs\//.test(url.pathname) && !url.pathname.includes(run));
    await page.getByText('This run waits for its turn.').waitFor();
    for (const runId of [page.url().split('/').at(-1), first]) await ask('mutation ($runId: ID!) { stopRun(runId: $runId) { __typename } }', { runId });
    expect(trouble).toEqual([]);
  });

  test('one that is started from the form is where the focus is, and its end is told; what is read out of it stays true', async () => {
    const test = await saved('Started by hand', '/crash');
    await page.goto(panel(`/tests/${test}`));
    await page.getByRole('textbox', { name: 'Duration' }).waitFor();
    await page.evaluate(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      const say = () => {
        for (const region of document.querySelectorAll('[role="status"], [aria-live]')) if (region.textContent) told.push(region.textContent.trim());
        if (document.activeElement && document.activeElement !== document.body) told.push(`focus: ${document.activeElement.textContent?.trim()}`);
      };
      new MutationObserver(say).observe(document.body, { childList: true, subtree: true, characterData: true });
      document.addEventListener('focusin', say);
    });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.waitForURL(/\/runs\//);
    await page.getByRole('heading', { name: 'Not evaluated' }).waitFor();
    await expect.poll(focused, PATIENTLY).toBe('Not evaluated');
    await page.getByRole('status').getByText('The run is over: Not evaluated.').waitFor({ state: 'attached' });
    const told = await page.evaluate(() => (window as unknown as { told: string[] }).told);
    expect(told).toEqual(expect.arrayContaining([expect.stringMatching(/^focus: Run \d+, /)]));
    expect(await page.locator('#svelte-announcer').textContent()).toMatch(/^\s*Run \d+, /);
    expect(trouble).toEqual([]);
  });

  const status = () => page.getByRole('region', { name: 'State of the run' });
  const endOf = async (run: string) => {
    const query = 'query ($id: ID!) { loadTestRun(id: $id) { metrics { offsetMs } } }';
    return (await ask<{ loadTestRun: { metrics: { offsetMs: number }[] } }>(query, { id: run })).loadTestRun.metrics.at(-1)?.offsetMs ?? 0;
  };

  /** The clock and the bar, while the run itself goes on for three seconds. */
  async function standsStill(run: string) {
    const shown = async () => [await status().locator('.clock').textContent(), await status().getByRole('progressbar').getAttribute('aria-valuetext')];
    const stood = await shown();
    expect(stood[0]).toMatch(/of \S+$/);
    const until = (await endOf(run)) + 3000;
    await expect.poll(() => endOf(run), PATIENTLY).toBeGreaterThanOrEqual(until);
    expect(await shown()).toEqual(stood);
  }

  test('one whose connection is lost stands still at the last news, cannot be stopped, and goes on when the connection is back', async () => {
    const connection = await cuttable(page);
    const run = await started(await saved('Out of reach', '/on'));
    await page.goto(panel(`/runs/${run}`));
    await status().getByText('Live', { exact: true }).waitFor();
    await connection.cut();
    await status().getByText('Last known: Running', { exact: true }).waitFor();
    await status().getByText(/^The connection is lost since .+\. It is not known whether the run goes on/).waitFor();
    expect(await status().getByText(/^(Running|Live)$/).count()).toBe(0);
    const stop = status().getByRole('button', { name: 'Stop', exact: true });
    expect(await stop.getAttribute('aria-disabled')).toBe('true');
    await standsStill(run);
    await stop.click({ force: true });
    await status().getByRole('button', { name: 'Try now' }).click();
    connection.restore();
    await status().getByText('The connection is back, and nothing is missing.').waitFor(PATIENTLY);
    await status().getByText('Live', { exact: true }).waitFor();
    await status().getByText('Running', { exact: true }).waitFor();
    expect(await stop.getAttribute('aria-disabled')).toBe('false');
    await stop.click();
    await page.getByText('The run was stopped early. Stopped by You.').waitFor();
    expect(trouble).toEqual([]);
  });

  test('one of which no news comes over a connection that holds says so instead of that it is live, and its clock stands still', async () => {
    let mute = false;
    await page.routeWebSocket(/\/graphql$/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((text) => {
        if (!mute || (JSON.parse(String(text)) as { type: string }).type !== 'next') socket.send(text);
      });
    });
    const run = await started(await saved('Falls silent', '/on'));
    await page.goto(panel(`/runs/${run}`));
    await status().getByText('Live', { exact: true }).waitFor();
    mute = true;
    await status().getByText(/^No news for \d+\ss$/).waitFor();
    expect(await status().getByText('Live', { exact: true }).count()).toBe(0);
    await standsStill(run);
    mute = false;
    await status().getByText('Live', { exact: true }).waitFor();
    await ask('mutation ($runId: ID!) { stopRun(runId: $runId) { __typename } }', { runId: run });
    expect(trouble).toEqual([]);
  });

  test('one that the server tells nothing of any more is shown as it was last known, and its clock stands still', async () => {
    let refuse = () => {};
    await page.routeWebSocket(/\/graphql$/, (socket) => {
      const server = socket.connectToServer();
      const asked: string[] = [];
      socket.onMessage((text) => {
        const { type, id } = JSON.parse(String(text)) as { type: string; id: string };
        if (type === 'subscribe') asked.push(id);
        server.send(text);
      });
      refuse = () => {
        for (const id of asked.splice(0)) socket.send(JSON.stringify({ id, type: 'error', payload: [{ message: 'Sign in first.', extensions: { code: 'unauthenticated' } }] }));
      };
    });
    const run = await started(await saved('Watched no more', '/on'));
    await page.goto(panel(`/runs/${run}`));
    await status().getByText('Live', { exact: true }).waitFor();
    await status().getByText('Running', { exact: true }).waitFor();
    refuse();
    await status().getByText('Last known: Running', { exact: true }).waitFor();
    await status().getByText(/^Sign in first\. What is shown is what was known at .+; how the run goes on is not known here\.$/).waitFor();
    expect(await status().getByText(/^(Running|Live)$/).count()).toBe(0);
    expect(await page.title()).toMatch(/Last known: Running/);
    await standsStill(run);
    await ask('mutation ($runId: ID!) { stopRun(runId: $runId) { __typename } }', { runId: run });
    expect(trouble).toEqual([]);
  });
});
