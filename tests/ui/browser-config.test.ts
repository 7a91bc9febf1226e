/** What the form does beside its fields: it asks the target, is drawn on by hand, looks back at the last runs, and shows its script beside the one before. */
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromium, toolPath } from '../helpers/places.ts';
import { shownVerdict } from '../helpers/shown-verdict.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const locust = await toolPath('locust');
const PATIENTLY = { timeout: 10_000 };

describe.skipIf(!chromium || !locust)('a test that is being written, in Chromium', () => {
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
  const choose = (name: string) => page.getByRole('radio', { name, exact: true }).check({ force: true });
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const points = () => page.getByRole('slider').evaluateAll((all) => all.map((point) => point.getAttribute('aria-valuetext')));
  const atFocus = () => page.evaluate(() => document.activeElement?.getAttribute('aria-valuetext'));

  /** Without what the browser kept of the test before. */
  async function openNew(workflow: string) {
    await page.goto(watched.host.panel('/nowhere'));
    await page.evaluate(() => localStorage.clear());
    await page.goto(watched.host.panel(`/tests/new?workflow=${workflow}`));
    await page.getByText('Planned load', { exact: true }).first().waitFor();
  }

  test('asks the target once, says what came back, and that it is of another target now', { timeout: 30_000 }, async () => {
    await openNew('price-lookup');
    const said = page.getByRole('status');
    await press('Check the connection');
    await said.getByText('A run would count this execution as a success.').waitFor();
    await said.getByText(/^status 200, [\d.]+.ms$/).waitFor();
    await page.getByRole('region', { name: 'The answer begins with' }).getByText(/^\{"/).waitFor();
    const target = await field('Base URL').inputValue();
    await field('Base URL').fill('http://127.0.0.1:9');
    await said.getByText('The target was changed since.').waitFor();
    await press('Check the connection');
    await said.getByText(/^Connection refused\./).waitFor();
    await said.getByText(/^no answer, /).waitFor();

    // What keeps it back stands at its field, which has the focus.
    await field('Base URL').fill('http://example.com');
    await press('Check the connection');
    await said.getByText(/^Nothing was sent\./).waitFor();
    await expect.poll(() => field('Base URL').evaluate((input) => input === document.activeElement && input.getAttribute('aria-invalid')), PATIENTLY).toBe('true');
    await field('Base URL').fill(target);
    await page.getByRole('combobox', { name: 'Authentication' }).selectOption('bearer');
    await press('Check the connection');
    await said.getByText(/^Nothing was sent: a value is missing\./).waitFor();
    await expect.poll(() => page.getByLabel(/^Value of LOAD_TEST_TOKEN/).evaluate((input) => input === document.activeElement), PATIENTLY).toBe(true);
  });

  test('runs no workflow that acts outside to check a connection: a first smoke run is the way', { timeout: 30_000 }, async () => {
    await openNew('sales-report');
    await choose('Constant');
    await press('Check the connection');
    await page.getByRole('status').getByText(/some of its nodes act outside of it/).waitFor();
    await press('Use the smoke preset');
    expect(await page.getByRole('radio', { name: 'Smoke', exact: true }).isChecked()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Check the connection');
  });

  test('says before a smoke run what five executions cannot show', { timeout: 30_000 }, async () => {
    await openNew('price-lookup');
    await page.getByText(/^Passes when all 5 executions succeed\. That fewer than 1 in 100 fail it cannot prove/).waitFor();
    await page.getByText('Two runs of it cannot be compared: too little is started in the steady part.').waitFor();
    await page.getByText('over after 5 executions').waitFor();
    // One of one's own takes the place of the added one, and says it, too.
    await press('Add an objective');
    await page.getByRole('combobox', { name: 'Metric' }).selectOption('error_ratio');
    await page.getByText(/^Cannot pass: 5 executions, \d+ needed\.$/).waitFor();
    expect(await page.getByText(/^Passes when all/).count()).toBe(0);
  });

  test('has a curve whose points are dragged, moved by keyboard, added, taken away, and taken back', { timeout: 30_000 }, async () => {
    await openNew('price-lookup');
    await choose('Ramp');
    await expect.poll(points, PATIENTLY).toEqual(['stage 1 ends at 1:00 with 20 users', 'stage 2 ends at 5:00 with 20 users']);
    const first = page.getByRole('slider').first();
    await first.scrollIntoViewIfNeeded();
    const box = await first.boundingBox();
    const [x, y] = [(box?.x ?? 0) + 12, (box?.y ?? 0) + 12];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 40, { steps: 5 });
    await page.mouse.up();
    // The rows of the table are the same data, and the preset has become one's own.
    const dragged = await points();
    expect(dragged[1]).toBe('stage 2 ends at 5:00 with 20 users');
    expect(Number(await field('Users at the end of stage 1').inputValue())).toBeLessThan(20);
    expect(await page.getByRole('radio', { name: 'Own stages', exact: true }).isChecked()).toBe(true);

    await field('Duration of stage 1').fill('1:30');
    await field('Users at the end of stage 1').fill('10');
    await first.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await atFocus()).toBe('stage 1 ends at 2:20 with 11 users');
    await page.keyboard.press('Insert');
    await expect.poll(atFocus, PATIENTLY).toBe('stage 2 ends at 3:40 with 16 users');
    await page.keyboard.press('Delete');
    await expect.poll(points, PATIENTLY).toHaveLength(2);
    for (let time = 0; time < 3; time++) await page.keyboard.press('Control+z');
    // What was typed is still there, and goes last.
    expect((await points())[0]).toBe('stage 1 ends at 1:30 with 10 users');
    expect(await field('Duration of stage 1').inputValue()).toBe('1:30');
    await press('Undo');
    expect(await points()).toEqual(dragged);
    await press('Undo');
    expect(await page.getByRole('radio', { name: 'Ramp', exact: true }).isChecked()).toBe(true);
    await press('Redo');
    expect(await points()).toEqual(dragged);
    await page.getByText(/^To compare two runs of it|^Compared with one other run/).waitFor();
  });

  test('says whose target it has, and goes to the usual one with one click, and back', { timeout: 30_000 }, async () => {
    const plan = { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9' }, load: { preset: { key: 'smoke' } } };
    await watched.host.ask('mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { __typename } }', { input: { name: 'Elsewhere', framework: 'locust', workflow: { id: 'ticket-triage' }, plan } });
    await openNew('ticket-triage');
    await page.getByText('Framework, target, inputs and secrets are those of “Elsewhere”, the newest test of this workflow.').waitFor();
    await page.getByRole('button', { name: /^Use http:.* instead$/ }).click();
    await page.getByText('This is the usual target of this host.').waitFor();
    expect(await field('Base URL').inputValue()).not.toBe('http://127.0.0.1:9');
    await press('Use the target of “Elsewhere” again');
    await expect.poll(() => field('Base URL').inputValue()).toBe('http://127.0.0.1:9');
    await field('Base URL').fill('http://127.0.0.1:10');
    await page.getByText(/Elsewhere/).waitFor({ state: 'detached' });
  });

  test('is saved and run from its script; its runs then suggest a limit, and its next script is shown beside the one before', { timeout: 90_000 }, async () => {
    await openNew('price-lookup');
    await choose('Constant');
    await field('Users').fill('2');
    await field('Duration').fill('6 s');
    await press('Add an objective');
    await page.getByText(/^Limits are suggested here once/).waitFor();
    await press('Script');
    await page.getByRole('tab').first().waitFor();
    const download = page.waitForEvent('download');
    await press('Download zip');
    const zip = await download;
    expect(zip.suggestedFilename()).toMatch(/^load-test-locust-[0-9a-f]{8}\.zip$/);
    expect(Object.keys(unzipSync(await readFile(await zip.path()))).map((path) => path.split('/').slice(1).join('/'))).toEqual(expect.arrayContaining(['loadtest.py', 'README.md']));
    await press('Save and run here');
    await page.waitForURL(/\/runs\//);
    await shownVerdict(page);

    // On a busy machine a run may have no value: what was measured is told here as a server would.
    const points = [298, 312].map((value) => ({ runId: String(value), value, atLeast: false, series: 0 }));
    await page.route('**/plugins/load-testing/graphql', (route) => ((route.request().postDataJSON() as { operationName?: string }).operationName === 'PastValues' ? route.fulfill({ json: { data: { trend: { __typename: 'Trend', points } } } }) : route.fallback()));
    await page.getByRole('link', { name: 'Configure' }).click();
    const objective = page.getByRole('group', { name: 'Objective 1' });
    await objective.getByText(/^p95 of the last 2 runs was 298.ms to 312.ms: suggest 400.ms\.$/).waitFor();
    await objective.getByRole('button', { name: /^Use 400.ms$/ }).click();
    expect(await field('Limit').inputValue()).toBe('400');
    // Each of its fields has room, however wide the panel is.
    for (const width of [560, 900, 1440]) {
      await page.setViewportSize({ width, height: 1000 });
      expect([width, await objective.locator('.field').evaluateAll((fields) => fields.filter((one) => one.getBoundingClientRect().width < 56).length)]).toEqual([width, 0]);
    }
    await objective.getByText('in use').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('in use');
    await page.getByText('at the speed of the last run', { exact: true }).waitFor();
    await press('Script');
    const shown = page.getByRole('combobox', { name: 'Show', exact: true });
    await shown.selectOption('run');
    await page.getByRole('status').getByText(/^\d files? differs?\.$/).waitFor();
    await page.getByRole('tab', { name: /^loadtest\.py.*changed$/ }).waitFor();
    const diff = page.getByRole('region', { name: 'Differences in loadtest.py' });
    expect(await diff.locator('ins').first().textContent()).toMatch(/^\+ /);
    expect(await diff.locator('del').first().textContent()).toMatch(/^- .*/);
    await page.getByRole('link', { name: 'Configure' }).click();
    await field('Users').fill('3');
    await press('Script');
    await shown.selectOption('before');
    await diff.getByText(/\b3\b/).first().waitFor();
    // A reload keeps what it is compared with.
    await page.reload();
    await shown.selectOption('before');
    await diff.getByText(/\b3\b/).first().waitFor();
    // The run has its script where it is stored.
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('rowheader').getByRole('link').first().click();
    await page.waitForURL(/load-testing\/runs\//);
    await page.getByRole('link', { name: 'Script', exact: true }).click();
    await shown.selectOption('previous');
    await page.getByRole('status').getByText('This is the first run of its test.').waitFor();
    const stored = page.waitForEvent('download');
    await press('Download zip');
    expect((await stored).suggestedFilename()).toMatch(/^Constant-2-users-.*\.script\.zip$/);
  });
});
