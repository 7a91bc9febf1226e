/** Two definitions in one run, as a user gives the other one: pasted, from a file, another workflow, or that of the pinned run; and what comes of it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium, toolPath } from '../helpers/places.ts';
import { shownVerdict } from '../helpers/shown-verdict.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const locust = await toolPath('locust');
const PATIENTLY = { timeout: 10_000 };

describe.skipIf(!chromium || !locust)('two definitions in Chromium', () => {
  let watched: WatchedPage;
  let page: WatchedPage['page'];
  let tested: string;
  let slower: string;

  beforeAll(async () => {
    watched = await watchedPage();
    page = watched.page;
    tested = await readFile(path.join(import.meta.dirname, '../../plugin/demo/workflows/1-price-lookup.json'), 'utf8');
    const { metadata, ...rest } = JSON.parse(tested) as { metadata: object };
    slower = JSON.stringify({ ...rest, metadata: { ...metadata, demo: { delayMs: 40 } } });
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  const opened = async (rest: string) => {
    await page.goto(`${watched.host.url}/plugins/load-testing${rest}`);
    await page.getByText('Planned load', { exact: true }).first().waitFor();
  };
  const choose = (name: string) => page.getByRole('radio', { name, exact: true }).check({ force: true });
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const other = () => page.getByRole('textbox', { name: 'Other definition' });
  const focused = () => page.evaluate(() => document.activeElement?.closest('.field')?.textContent ?? '');
  /** What is said of the field to those who do not see what stands beside it. */
  const saidOf = (field: ReturnType<typeof other>) =>
    field.evaluate((element) => [element.getAttribute('aria-invalid'), ...(element.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent?.trim() ?? '')]);

  test('what is against the other definition is said at its field, before the run is asked for, and goes with its cause', { timeout: 60_000 }, async () => {
    await opened('/tests/new?workflow=price-lookup');
    await page.getByRole('radio', { name: 'Nothing', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    expect(await other().evaluate((field) => field === document.activeElement)).toBe(true);

    // Nothing was given: Run goes there.
    await press('Run');
    await expect.poll(focused, PATIENTLY).toContain('Give the other definition, or compare with nothing.');
    await other().fill('{"nodes": [');
    await expect.poll(() => saidOf(other()), PATIENTLY).toEqual(['true', expect.stringMatching(/./)]);
    await other().fill(tested);
    await page.getByText('This is what is tested, to the last byte').waitFor();
    expect(await saidOf(other())).toEqual(['true', expect.stringMatching(/^This is what is tested/)]);

    // A gateway is sent no definition.
    await page.locator('input[type=file]').setInputFiles({ name: 'before.json', mimeType: 'application/json', buffer: Buffer.from(slower) });
    await page.getByText('before.json').waitFor();
    await page.getByText(/^Of each two iterations one runs the baseline's definition/).waitFor();
    expect(await saidOf(other())).toEqual([null, '']);
    await choose('Gateway');
    await page.getByRole('textbox', { name: 'Workflow name on the gateway' }).fill('price-lookup');
    await expect.poll(() => saidOf(other()), PATIENTLY).toEqual(['true', expect.stringMatching(/^A gateway runs what is registered there/)]);
    await press('Run');
    await expect.poll(focused, PATIENTLY).toContain('A gateway runs what is registered there');
    // That is no fault of the test: it can be saved.
    await press('Save');
    await page.waitForURL(/\/tests\/(?!new)/);
    await choose('Studio');
    await expect.poll(() => saidOf(other()), PATIENTLY).toEqual([null, '']);
    expect(watched.trouble).toEqual([]);
  });

  test('a run of two shows how its halves compare; of the pinned run the definition is known', { timeout: 120_000 }, async () => {
    await opened('/tests/new?workflow=price-lookup');
    await choose('Studio');
    await choose('Constant');
    await page.getByRole('textbox', { name: 'Users' }).fill('3');
    await page.getByRole('textbox', { name: 'Duration' }).fill('8 s');
    await choose('A definition');
    await other().fill(slower);
    await press('Script');
    await page.getByRole('tab', { name: /baseline-definition\.json/ }).waitFor();
    await page.getByRole('link', { name: 'Configure' }).click();
    expect(await other().inputValue()).toBe(slower);
    await press('Run');
    await page.waitForURL(/\/runs\//);
    await shownVerdict(page);
    const halves = page.getByRole('region', { name: 'Two definitions in this run' });
    await halves.getByRole('cell', { name: 'Unclear' }).first().waitFor();
    await halves.getByText(/^The steady part is .* 36 s/).first().waitFor();
    for (const name of ['execute', 'baseline']) await page.getByRole('rowheader', { name: new RegExp(`^${name}`) }).waitFor();
    await page.getByText('Run again runs the test alone, without the other definition.').waitFor();

    await press('Pin as baseline');
    await page.getByRole('textbox', { name: 'Reason (optional)' }).press('Enter');
    await page.getByText(/^This run is the baseline of its test/).waitFor();
    await page.getByRole('link', { name: 'Configure' }).click();
    // The workflow is still what that run ran.
    await choose('The pinned run');
    await page.getByText('This is what is tested, to the last byte').waitFor();
    expect(watched.trouble).toEqual([]);
  });

  test('what both definitions do outside is listed, and agreed to together', { timeout: 90_000 }, async () => {
    await opened('/tests/new?workflow=price-lookup');
    await choose('Studio');
    await choose('Smoke');
    await page.getByText(/No agreement is needed\.$/).waitFor();
    await choose('Another workflow');
    await press('Run');
    await expect.poll(focused, PATIENTLY).toContain('Choose the other workflow, or compare with nothing.');
    await page.getByRole('combobox', { name: 'Other workflow' }).selectOption({ label: 'Sales report' });
    const agree = page.getByRole('checkbox', { name: /Run these nodes for real/ });
    await agree.waitFor();
    await press('Run');
    await expect.poll(() => agree.evaluate((box) => box === document.activeElement), PATIENTLY).toBe(true);
    await agree.check();
    await press('Run');
    await page.waitForURL(/\/runs\//);
    await page.getByRole('heading', { name: /^(Passed|Failed|Not evaluated)$/ }).waitFor({ timeout: 45_000 });
    await page.getByRole('rowheader', { name: /^baseline/ }).waitFor();
    expect(watched.trouble).toEqual([]);
  });
});
