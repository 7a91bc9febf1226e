/** What the server has against a plan stands in the form, wherever it is about, and nothing that was typed or clicked is lost over it. */
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fromPlan } from '../../ui/src/lib/plan/fields.ts';
import { chromium } from '../helpers/places.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';
import { plans } from './plans.ts';
import { problemPaths } from './problem-paths.ts';

const cyclic = {
  nodes: [{ id: 'a', type: 'PythonCodeNode', parameters: { code: 'result = 1' }, position: { x: 0, y: 0 } }],
  edges: [{ id: 'again', source: 'a', target: 'a', sourceHandle: 'result', targetHandle: 'input', cycle: true }],
  metadata: { name: 'Again and again' },
};

const PATIENTLY = { timeout: 10_000 };

/** What a form with a preset of users shows no field for. */
const WITHOUT_FIELD = ['', 'load', 'load.open.maxUsers', 'connections', 'target', 'target.preset', 'thinkTime', 'checks', 'edges[0].cycle', 'connections[2].condition', 'agents', 'metadata._workflow_inputs', 'spec.nodes', 'nodes[3].id', 'workflow.id', 'environment.SECRET_OF_A_NODE'];

describe.skipIf(!chromium)('the form in Chromium', () => {
  let watched: WatchedPage;
  let page: WatchedPage['page'];
  let trouble: WatchedPage['trouble'];

  beforeAll(async () => {
    watched = await watchedPage();
    ({ page, trouble } = watched);
  });
  afterEach(() => page.unrouteAll({ behavior: 'ignoreErrors' }));
  afterAll(() => watched[Symbol.asyncDispose]());

  const panel = (rest: string) => watched.host.panel(rest);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const choose = (name: string) => page.getByRole('radio', { name, exact: true }).check({ force: true });
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const link = () => page.getByRole('button', { name: /^1 problem: / });

  /** Takes the place of the server for one operation. */
  const answer = (operation: string, how: (route: Route) => Promise<void>, at: Page = page) =>
    at.route('**/plugins/load-testing/graphql', (route) => ((route.request().postDataJSON() as { operationName?: string }).operationName === operation ? how(route) : route.fallback()));
  const refusal = (code: string, message: string, problems: readonly { path: string; message: string }[] = []) => ({ __typename: 'Refusal', code, message, problems, effectsHash: null });

  /** A new test whose form shows this, as the browser kept it. */
  async function openWith(fields: object) {
    await page.goto(panel('/nowhere'));
    await page.evaluate((text) => localStorage.setItem('load-testing:draft:new:price-lookup', text), JSON.stringify(fields));
    await page.goto(panel('/tests/new?workflow=price-lookup'));
    await page.getByText('Planned load', { exact: true }).first().waitFor();
  }

  /** How often the form says each of the sentences to somebody who looks at it. */
  const timesShown = (sentences: readonly string[]) =>
    page.evaluate((all) => {
      const shown = [...document.querySelectorAll('form .err, form [role="alert"]')].filter((element) => element.checkVisibility()).map((element) => element.textContent).join('\n');
      return all.map((sentence) => shown.split(sentence).length - 1);
    }, sentences);

  /** What stands around the focus, and what describes it elsewhere: a narrow field has its problem under its row. */
  const atFocus = () =>
    page.evaluate(() => {
      const described = (document.activeElement?.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '');
      return [(document.activeElement?.closest('.field, fieldset') ?? document.activeElement)?.textContent ?? '', ...described].join(' ');
    });

  /** These show the same fields as the smallest. */
  const alike = ['a smoke test with a size', 'authentication said to be none'];
  const forms = Object.entries(plans).filter(([name]) => !alike.includes(name)).map(([name, plan]) => [name, fromPlan(plan, 'locust', '')] as const);
  const smallest = plans['the smallest'] as (typeof plans)[string];
  const plain = fromPlan(smallest, 'locust', '');

  test.each([...forms, ['a framework that is gone', fromPlan(smallest, 'gone', '')] as const])('says each problem of the server once: %s', { timeout: 30_000 }, async (_name, fields) => {
    const problems = problemPaths.map((path, i) => ({ path, message: `Sentence <${i}>.` }));
    await answer('SaveLoadTest', (route) => route.fulfill({ json: { data: { saveLoadTest: refusal('invalid_plan', `${problems[1]?.path}: ${problems[1]?.message}`, problems) } } }));
    await openWith(fields);
    await press('Save');
    await page.getByText('Sentence <0>.').first().waitFor();
    const times = await timesShown(problems.map(({ message }) => message));
    expect(problems.filter((_, i) => times[i] !== 1).map(({ path }) => path)).toEqual([]);
    expect(await atFocus()).toMatch(/Sentence <\d+>/);
  });

  test('goes to a problem that stands alone, and again when that is asked for', { timeout: 60_000 }, async () => {
    let problem = { path: '', message: '' };
    await answer('SaveLoadTest', (route) => route.fulfill({ json: { data: { saveLoadTest: refusal('invalid_plan', problem.message, [problem]) } } }));
    await openWith({ ...plain, shape: 'constant' });
    const lost: string[] = [];
    for (const path of new Set([...WITHOUT_FIELD, ...problemPaths.filter((_, i) => i % 8 === 0)])) {
      problem = { path, message: `This is wrong with ${path}.` };
      await press('Save');
      await page.getByText(problem.message).first().waitFor();
      await link().click();
      if (!(await atFocus()).includes(problem.message)) lost.push(path);
    }
    expect(lost).toEqual([]);
  });

  test('says what is wrong with the definition for a target, until it goes to another one', { timeout: 30_000 }, async () => {
    const added = await fetch(`${watched.host.url}/host/workflows?name=Again`, { method: 'POST', body: JSON.stringify(cyclic) });
    const { id } = (await added.json()) as { id: string };
    await page.goto(panel(`/tests/new?workflow=${id}`));
    await page.getByText('Planned load', { exact: true }).first().waitFor();
    await choose('Sessions');
    // Before anything was tried: the preview says it, and draws the curve all the same.
    const banner = page.getByRole('alert');
    await banner.getByText('The sessions API takes no cycles').waitFor();
    await banner.getByText('edges[0].cycle').waitFor();
    for (const name of ['Run', 'Save']) {
      await link().click();
      expect(await atFocus()).toMatch(/no cycles/);
      await press(name);
      await expect.poll(atFocus, PATIENTLY).toMatch(/no cycles/);
    }
    await choose('Studio');
    await banner.waitFor({ state: 'detached' });
    expect(await link().count()).toBe(0);
    expect(trouble).toEqual([]);
  });

  test('says at its field what is not allowed here, before the run is asked for; it can be saved all the same', { timeout: 30_000 }, async () => {
    await openWith({ ...plain, shape: 'constant' });
    await page.getByText(/^Allowed here: up to 1,000 users, for 4.h at most. One run goes on at once.$/).waitFor();
    await field('Users').fill('2,000');
    const sentence = page.getByText('2,000 users at the peak; at most 1,000 are allowed here.');
    await sentence.waitFor();
    expect(await field('Users').getAttribute('aria-invalid')).toBe('true');
    await press('Run');
    await expect.poll(atFocus, PATIENTLY).toMatch(/at most 1,000 are allowed/);
    expect(await sentence.evaluate((element) => element.getBoundingClientRect().bottom < innerHeight)).toBe(true);
    expect(page.url()).toMatch(/new/);
    await press('Save');
    await page.waitForURL(/\/tests\/(?!new)/);
    await page.getByRole('heading', { name: 'Constant, 2,000 users' }).waitFor();
    await sentence.waitFor();
    await field('Users').fill('3');
    await sentence.waitFor({ state: 'detached' });
    expect(trouble).toEqual([]);
  });

  test('says at the load which limit the server saw broken', { timeout: 30_000 }, async () => {
    const message = '3 users are planned; 2 are allowed here.';
    await answer('StartRun', (route) => route.fulfill({ json: { data: { startRun: refusal('limit_exceeded', message, [{ path: 'load', message }]) } } }));
    await openWith({ ...plain, shape: 'constant' });
    await field('Users').fill('3');
    await press('Run');
    await page.waitForURL(/\/tests\/(?!new)/);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await expect.poll(atFocus, PATIENTLY).toMatch(/2 are allowed/);
    await field('Users').fill('2');
    await page.getByText(message).waitFor({ state: 'detached' });
    expect(trouble).toEqual([]);
  });

  test('asks again whether nodes may act for real when the target is another one', { timeout: 30_000 }, async () => {
    await page.goto(panel('/tests/new?workflow=sales-report'));
    const agreed = page.getByRole('checkbox', { name: /Run these nodes for real/ });
    await agreed.check();
    const target = await field('Base URL').inputValue();
    await field('Base URL').fill(target.replace('127.0.0.1', 'localhost'));
    await expect.poll(() => agreed.isChecked(), PATIENTLY).toBe(false);
    await press('Run');
    await page.getByText('Agree to this before the run').waitFor();
    await field('Base URL').fill(target);
    await expect.poll(() => agreed.isChecked(), PATIENTLY).toBe(true);
    expect(trouble).toEqual([]);
  });

  test('writes the script also when a run lacks a value', { timeout: 30_000 }, async () => {
    const message = 'No value was given, and the host has none.';
    await answer('StartRun', (route) => route.fulfill({ json: { data: { startRun: refusal('environment_missing', 'The script needs a value for TOKEN.', [{ path: 'environment.TOKEN', message }]) } } }));
    await openWith({ ...plain, shape: 'constant' });
    await press('Run');
    await page.getByText(message).first().waitFor();
    await press('Script');
    await page.getByRole('region', { name: /^Content of loadtest/ }).waitFor();
    expect(trouble).toEqual([]);
  });

  test('counts what was never filled in as open, and as wrong once it was left or a run was asked for', { timeout: 30_000 }, async () => {
    await openWith({ ...plain, shape: 'constant' });
    const open = (fields: string) => page.getByRole('button', { name: `${fields} still to fill in: show the first one` });
    await press('Add a check');
    await open('1 field').waitFor();
    expect(await page.getByRole('button', { name: /problems?: / }).count()).toBe(0);
    await field('At (JSON pointer)').fill('status');
    await field('At (JSON pointer)').press('Tab');
    await link().waitFor();
    await open('1 field').waitFor();
    await page.getByText(/A JSON pointer begins with \/.*\/status/).waitFor();
    await page.getByRole('button', { name: 'Remove check 1' }).click();
    await link().waitFor({ state: 'detached' });
    await press('Add a check');
    await open('1 field').waitFor();
    await press('Run');
    await link().waitFor();
    expect(await page.getByRole('button', { name: /still to fill in/ }).count()).toBe(0);
    expect(trouble).toEqual([]);
  });

  test('keeps what is typed while a save is on its way', { timeout: 30_000 }, async () => {
    await openWith({ ...plain, shape: 'constant' });
    let onItsWay = () => {};
    let arrive = () => {};
    const hold = async (route: Route) => {
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      onItsWay();
      await arrived;
      await route.fallback();
    };
    await answer('SaveLoadTest', hold);
    const saveWhileTyping = async (before: string, after: string) => {
      const asked = new Promise<void>((resolve) => (onItsWay = resolve));
      await field('Users').fill(before);
      await press('Save');
      await asked;
      await field('Users').fill(after);
      arrive();
    };
    await saveWhileTyping('3', '4');
    await page.waitForURL(/\/tests\/(?!new)/);
    await page.getByText(/^Not saved/).waitFor();
    expect(await field('Users').inputValue()).toBe('4');
    await saveWhileTyping('5', '6');
    // The server has the one, and the form and the browser the other.
    await page.getByText(/^Not saved/).waitFor();
    await page.reload();
    await page.getByText(/^Not saved/).waitFor();
    expect(await field('Users').inputValue()).toBe('6');
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await page.getByText('Planned load', { exact: true }).first().waitFor();
    expect(await field('Users').inputValue()).toBe('5');
    expect(trouble).toEqual([]);
  });

  test('sends a plan that was not changed as it is stored, under another name too', { timeout: 30_000 }, async () => {
    const plan = { target: { preset: 'studio', baseUrl: watched.host.url }, load: { preset: { key: 'smoke' } }, checks: [] };
    const query = 'mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } } }';
    const input = { name: 'By hand', framework: 'locust', workflow: { id: 'price-lookup' }, plan };
    const { saveLoadTest } = await watched.host.ask<{ saveLoadTest: { id: string } }>(query, { input });
    const sent: unknown[] = [];
    await answer('SaveLoadTest', (route) => {
      sent.push((route.request().postDataJSON() as { variables: { input: { name: string; plan: unknown } } }).variables.input);
      return route.fallback();
    });
    await page.goto(panel(`/tests/${saveLoadTest.id}`));
    await field('Name').fill('Named in the form');
    await press('Save');
    await page.getByText(/^Saved /).waitFor();
    expect(sent).toMatchObject([{ name: 'Named in the form' }]);
    expect(sent.map((one) => (one as { plan: unknown }).plan)).toEqual([plan]);
    expect(trouble).toEqual([]);
  });

  test('says that the server does not answer, in sight, and can be pressed again', { timeout: 30_000 }, async () => {
    await openWith({ ...plain, shape: 'constant' });
    let times = 0;
    await answer('SaveLoadTest', (route) => {
      times += 1;
      return route.abort();
    });
    for (const name of ['Run', 'Save']) {
      await press(name);
      await expect.poll(atFocus, PATIENTLY).toMatch(/does not answer/);
    }
    expect(times).toBe(2);
    expect(trouble.splice(0).filter((line) => !line.includes('ERR_FAILED'))).toEqual([]);
  });

  const BROKEN_STORAGES = {
    'is full': () => {
      Storage.prototype.setItem = () => {
        throw new DOMException('no room', 'QuotaExceededError');
      };
    },
    'is blocked': () =>
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      }),
  };

  test.each(Object.entries(BROKEN_STORAGES))('starts runs in a browser whose storage %s', { timeout: 30_000 }, async (_how, breakIt) => {
    const other = await page.context().browser()?.newPage();
    if (!other) throw new Error('the browser is gone');
    try {
      await other.addInitScript(breakIt);
      const full = refusal('too_many_runs', '20 runs are waiting or running.');
      await answer('StartRun', (route) => route.fulfill({ json: { data: { startRun: full } } }), other);
      await other.goto(panel('/tests/new?workflow=sales-report'));
      await other.getByRole('checkbox', { name: /Run these nodes for real/ }).check();
      await other.getByRole('button', { name: 'Run', exact: true }).click();
      await other.waitForURL(/\/tests\/(?!new)/);
      for (let time = 0; time < 2; time++) {
        await other.getByRole('alert').getByText(full.message).waitFor();
        await other.locator('button[aria-disabled=false]', { hasText: 'Run' }).click();
      }
    } finally {
      await other.close();
    }
  });

  test('shows the files of a script that are read first, and the others behind one tab, by keyboard too', { timeout: 30_000 }, async () => {
    await page.goto(panel('/tests/new/script?workflow=price-lookup'));
    const tabs = page.getByRole('tab');
    await tabs.first().waitFor();
    const names = await tabs.allTextContents();
    expect(names.slice(0, -1)).toEqual([expect.stringMatching(/^loadtest\./), 'README.md', 'data/definition.json', 'plan.json']);
    expect(names.at(-1)).toMatch(/^\d+ files of the instrument$/);
    await tabs.first().focus();
    await page.keyboard.press('End');
    const part = page.getByRole('combobox', { name: 'File of the instrument' });
    await part.waitFor();
    await page.keyboard.press('Tab');
    expect(await part.evaluate((select) => select === document.activeElement)).toBe(true);
    const first = await part.inputValue();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => part.inputValue(), PATIENTLY).not.toBe(first);
    await page.getByRole('region', { name: `Content of ${await part.inputValue()}` }).waitFor();
    expect(trouble).toEqual([]);
  });
});
