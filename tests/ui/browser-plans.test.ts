/** What the form can say of a plan, as a user clicks it: targets, data sets, checks, secrets; and what becomes of it. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium, toolPath } from '../helpers/places.ts';
import { shownVerdict } from '../helpers/shown-verdict.ts';
import { startStandalone } from '../helpers/standalone.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const locust = await toolPath('locust');
const API_KEY = 'sk-live-0123456789abcdefghijklmnopqrstuvwx';

describe.skipIf(!chromium || !locust)('the form in Chromium', () => {
  let watched: WatchedPage;
  let host: WatchedPage['host'];
  let page: WatchedPage['page'];
  let trouble: WatchedPage['trouble'];

  beforeAll(async () => {
    watched = await watchedPage();
    ({ host, page, trouble } = watched);
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  const panel = (rest: string, at = host) => `${at.url}/plugins/load-testing${rest}`;
  const choose = (name: string, exact = true) => page.getByRole('radio', { name, exact }).check({ force: true });
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const field = (name: string | RegExp) => page.getByRole('textbox', { name });
  const number = (text: string | null) => Number(text?.replaceAll(',', ''));

  test('an asynchronous gateway with rows of a CSV file and a check runs to a verdict', { timeout: 90_000 }, async () => {
    await page.goto(panel('/tests/new?workflow=order-quote'));
    await choose('Gateway');
    await field('Workflow name on the gateway').fill('order-quote');
    await choose('Start and poll');
    await page.getByText('Path, polling, headers').click();
    await field('Poll every').fill('30 ms');

    await choose('Constant');
    await field('Users').fill('3');
    await field('Duration').fill('6 s');

    // A file in a wrong encoding is no data set; the right one is shown as it will be sent.
    await choose('Data set');
    const picker = page.locator('input[type=file]');
    await picker.setInputFiles({ name: 'latin1.csv', mimeType: 'text/csv', buffer: Buffer.from('a\n\xe4', 'latin1') });
    await page.getByText('latin1.csv is not text in UTF-8').waitFor();
    await picker.setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('\ufeffsku;quantity\r\n007-113;3\r\n"118;020";12\r\n') });
    await page.getByRole('heading', { name: '2 rows, 2 columns' }).waitFor();
    await page.getByRole('cell', { name: '118;020' }).waitFor();

    await press('Add a check');
    await field('At (JSON pointer)').fill('/result/outputs/tax/result/ok');
    await field('Must equal (JSON)').fill('true');
    for (const _ of ['latency', 'error ratio', 'checks']) await press('Add an objective');
    await page.getByRole('group', { name: 'Objective 1' }).getByRole('textbox', { name: 'Limit' }).fill('3 s');
    await page.getByRole('group', { name: 'Objective 1' }).getByRole('combobox', { name: 'Of' }).selectOption({ label: 'execute requests' });
    await page.getByRole('group', { name: 'Objective 2' }).getByRole('textbox', { name: 'Limit' }).fill('50');
    await page.getByRole('group', { name: 'Objective 3' }).getByRole('textbox', { name: 'Limit' }).fill('60');
    const target = await field('Base URL').inputValue();

    await press('Run');
    await page.getByText('Running', { exact: true }).first().waitFor();
    await shownVerdict(page);

    // Executions and requests are never mixed: one execution took one request that began it, and polls.
    const numberIn = async (row: string) => number(await page.getByRole('row', { name: new RegExp(`^${row}`) }).getByRole('cell').first().textContent());
    const [began, polls] = [await numberIn('execute starts the workflow'), await numberIn('poll asks whether it is done')];
    expect(polls).toBeGreaterThanOrEqual(began);
    await choose('Whole run');
    const tile = async (name: string) => number(await page.locator('dl > div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd').first().textContent());
    expect(await tile('Checks passed')).toBe(await tile('Executions'));
    expect(await tile('Executions')).toBeLessThanOrEqual(began);
    await page.getByRole('rowheader', { name: /^Checks passed/ }).waitFor();

    // What the target received are the rows, as text.
    const truth = (await (await fetch(`${target}/truth?last=all`)).json()) as { requests: { name: string; bodySha256: string | null }[] };
    const received = new Set(truth.requests.filter(({ name }) => name === 'POST /workflows/order-quote/execute').map(({ bodySha256 }) => bodySha256));
    const rows = ['{"sku":"007-113","quantity":"3"}', '{"sku":"118;020","quantity":"12"}'];
    expect([...received].sort()).toEqual(rows.map((row) => createHash('sha256').update(`{"inputs":${row},"mode":"async"}`).digest('hex')).sort());
    expect(trouble).toEqual([]);
  });

  test('the sessions preset asks for what the sessions API needs, and runs', { timeout: 60_000 }, async () => {
    await page.goto(panel('/tests/new?workflow=price-lookup'));
    await choose('Sessions');
    await page.getByText('each user opens a session').waitFor();
    expect(await field('Workflow id on the server').getAttribute('placeholder')).toBe('each user creates the workflow');
    expect(await page.getByRole('radio', { name: 'Start and poll' }).count()).toBe(0);
    await page.getByText('Polling, headers').click();
    await field('Give up after').fill('20 s');
    await choose('Smoke');
    await choose('None');

    await press('Run');
    await shownVerdict(page);
    for (const name of ['session', 'workflow', 'execute', 'poll']) await page.getByRole('rowheader', { name: new RegExp(`^${name} `) }).waitFor();

    // The saved test opens as it was.
    await page.getByRole('link', { name: 'Configure' }).click();
    await page.getByRole('radio', { name: 'Sessions', checked: true }).waitFor();
    expect(await field('Give up after').inputValue()).toBe('20 s');
    expect(trouble).toEqual([]);
  });

  test('a login names its variables; their values are asked for, and kept nowhere', { timeout: 60_000 }, async () => {
    await page.goto(panel('/tests/new?workflow=price-lookup'));
    await choose('Studio');
    await page.getByLabel('Authentication').selectOption('login');
    await field('Path of the login').fill('/api/auth/nowhere');
    await press('Run');
    // The host has no such secrets: the form says so at the field, and goes there.
    const user = field('Value of LOAD_TEST_USERNAME');
    await page.getByText('No value was given, and the host has none.').first().waitFor();
    await expect.poll(() => user.evaluate((input) => input.ownerDocument.activeElement === input)).toBe(true);
    await user.fill('ada-of-the-test');
    await page.getByLabel('Value of LOAD_TEST_PASSWORD').fill('never-kept-anywhere');
    await press('Script');
    await page.getByText('the password of the login', { exact: true }).waitFor();
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toMatch(/never-kept-anywhere|ada-of-the-test/);
    await page.getByRole('link', { name: 'Back to the test' }).or(page.getByRole('link', { name: 'Configure' })).first().click();
    await page.getByLabel('Authentication').selectOption('none');
    expect(trouble).toEqual([]);
  });

  test('secrets of a definition are listed, and cut out of its script unless they are none', { timeout: 60_000 }, async () => {
    const definition = { nodes: [{ id: 'ask', type: 'LLMAgentNode', parameters: { model: 'gpt-4', api_key: API_KEY, note: 'for our eyes' }, position: { x: 0, y: 0 } }], edges: [], metadata: { name: 'With a key' } };
    const added = await fetch(`${host.url}/host/workflows?name=With%20a%20key`, { method: 'POST', body: JSON.stringify(definition) });
    const { id } = (await added.json()) as { id: string };
    const definitionInScript = async () => {
      await press('Script');
      await page.getByRole('tab', { name: 'data/definition.json' }).click();
      const shown = await page.getByRole('region', { name: 'Content of data/definition.json' }).textContent();
      const variables = await page.getByRole('region', { name: 'Environment variables' }).textContent();
      await page.getByRole('link', { name: 'Configure' }).click();
      return { shown, variables };
    };

    await page.goto(panel(`/tests/new?workflow=${id}`));
    const list = page.getByRole('list', { name: 'Secrets that were found' });
    await list.getByText('/nodes/0/parameters/api_key').waitFor();
    await list.getByText('SECRET_ASK_API_KEY').waitFor();
    const cut = await definitionInScript();
    expect(cut.shown).not.toContain(API_KEY);
    expect(cut.variables).toContain('SECRET_ASK_API_KEY');

    // The user knows better: this one is none, and another value is one.
    await page.getByRole('checkbox', { name: 'This is no secret' }).check();
    await press('Mark another value');
    await field('Secret at (JSON pointer)').fill('/nodes/0/parameters/notes');
    await page.getByText('There is nothing at this place of the definition').waitFor();
    await field('Secret at (JSON pointer)').fill('/nodes/0/parameters/note');
    await page.getByText('There is nothing at this place of the definition').waitFor({ state: 'detached' });
    const marked = await definitionInScript();
    expect(marked.shown).toContain(API_KEY);
    expect(marked.shown).not.toContain('for our eyes');
    expect(marked.variables).not.toContain('SECRET_ASK_API_KEY');
    expect(trouble).toEqual([]);
  });

  test('nothing that was typed is lost, neither by another choice nor by a reload', { timeout: 60_000 }, async () => {
    await page.goto(panel('/tests/new?workflow=document-digest'));
    await choose('Custom');
    await field('Path').fill('/own');
    await choose('My own');
    await field('Body of the request').fill('{"half": ');
    await choose('Fixed JSON');
    const inputs = field('Inputs (JSON)');
    await inputs.fill('');
    await press('Counter');
    expect(await inputs.inputValue()).toBe('{"value": {"$counter": 1}}');
    await choose('Data set');
    await choose('JSON');
    await field('Rows').fill('[{"n": 1}, 7]');
    await choose('Studio');
    await choose('None');
    await page.getByText('Draft kept in this browser').waitFor();

    await page.reload();
    await choose('Custom');
    expect(await field('Body of the request').inputValue()).toBe('{"half": ');
    expect(await field('Path').inputValue()).toBe('/own');
    await choose('Fixed JSON');
    expect(await inputs.inputValue()).toBe('{"value": {"$counter": 1}}');
    await choose('Data set');
    expect(await field('Rows').inputValue()).toBe('[{"n": 1}, 7]');
    // What is wrong with a row stands at the field, and holds the run back.
    await press('Run');
    await page.getByText('Row 2 is a number').waitFor();
    expect(trouble).toEqual([]);
  });

  test('a script that the tool does not take says where, with file and line', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'templates-'));
    try {
      await mkdir(path.join(folder, 'locust'));
      await writeFile(path.join(folder, 'locust/script.py.njk'), '{% extends "load-test/locust/script.py.njk" %}\n{% block imports %}\nimport no_module_of_that_name\n{% endblock %}\n');
      await using other = await startStandalone({ LOAD_TESTING_TEMPLATES_DIR: folder });
      await page.goto(panel('/tests/new?workflow=price-lookup', other));
      await press('Run');
      const note = page.getByRole('alert');
      await note.getByText(/^loadtest\.py:\d+$/).waitFor({ timeout: 30_000 });
      await note.getByText(/no_module_of_that_name/).waitFor();
      await note.getByRole('button', { name: 'Look at the script' }).click();
      await page.getByRole('tab', { name: 'loadtest.py' }).waitFor();
      // Before that server ends, which the page would notice.
      await page.goto('about:blank');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    expect(trouble).toEqual([]);
  });
});
