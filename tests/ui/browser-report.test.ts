/** Reports as who got one opens them: from a disk, with no network, on screen and on paper. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium as playwright, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../server/db/client.ts';
import type { Run } from '../../server/run/run.ts';
import { embedded } from '../helpers/embedded.ts';
import { chromium } from '../helpers/places.ts';
import { reportText } from '../helpers/report-text.ts';
import { HOSTILE, hostileRun, ordinaryRun, withHostileWords } from '../helpers/reported.ts';
import type { StoredRun } from '../helpers/stored-run.ts';

/** What HTML and XML cannot hold is a mark in its place. */
const held = (text: string) => text.replaceAll('\u0007', '\ufffd').replaceAll('\u001b', '\ufffd');
/** As a reader sees them: white space is one space. */
const shown = (text: string) => held(text).replace(/\s+/g, ' ').trim();

describe.skipIf(!chromium)('reports in Chromium', () => {
  let browser: Browser;
  let database: Database;
  let folder: string;
  let ordinary: { readonly stored: StoredRun; readonly run: Run };
  let hostile: { readonly stored: StoredRun; readonly run: Run };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'reports-'));
    database = await openDatabase(await embedded());
    const [one, other] = [await ordinaryRun(database), await hostileRun(database)];
    ordinary = { stored: one, run: await one.settle() };
    hostile = { stored: other, run: withHostileWords(await other.settle()) };
    browser = await playwright.launch({ executablePath: chromium ?? '', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  });
  afterAll(async () => {
    await browser.close();
    await database.close();
    await rm(folder, { recursive: true });
  });

  /** Whatever it asks for, and whatever the browser complains about, is in `trouble`. */
  async function opened({ stored, run }: typeof ordinary, title: string, look: Parameters<Browser['newPage']>[0] = {}): Promise<{ readonly page: Page; readonly trouble: string[] } & AsyncDisposable> {
    const file = path.join(folder, `${title.length}.html`);
    await writeFile(file, await reportText(stored, run, 'report.html', title));
    const page = await browser.newPage({ offline: true, ...look });
    const trouble: string[] = [];
    page.on('request', (request) => !request.isNavigationRequest() && trouble.push(request.url()));
    page.on('console', (message) => trouble.push(message.text()));
    page.on('dialog', (dialog) => trouble.push(dialog.message()));
    page.on('pageerror', (error) => trouble.push(error.message));
    await page.goto(pathToFileURL(file).href);
    return { page, trouble, [Symbol.asyncDispose]: () => page.close() };
  }

  test('an HTML report asks for nothing, and its numbers are those of the run', async () => {
    await using report = await opened(ordinary, 'Price lookup');
    const { page, trouble } = report;
    const { result } = ordinary.run;
    expect(await page.title()).toBe('Failed: Price lookup');
    expect(await page.getByRole('heading', { level: 2 }).first().textContent()).toBe('Failed');
    const cells = (region: string, row: string) => page.getByRole('region', { name: region }).getByRole('row', { name: new RegExp(`^${row}`) }).getByRole('cell').allTextContents();
    expect(await cells('Numbers', 'Executions')).toEqual([String(result?.steady.executions), String(result?.summary.executions)]);
    expect(await cells('Numbers', 'Slowest')).toEqual(['≥ 30\u202f000\u00a0ms', '≥ 30\u202f000\u00a0ms']);
    expect((await cells('Requests', 'execute')).slice(0, 3)).toEqual(['720', '72', '10\u00a0%']);
    expect(await cells('Failures', 'Status 5xx')).toEqual(['execute', '66', 'it was http_5xx']);
    expect(await page.getByRole('img').evaluateAll((images) => images.map((image) => image.getAttribute('aria-label')?.split(',')[0]))).toEqual(['Load', 'Latency', 'Throughput', 'Errors']);
    await page.getByText('The numbers of these charts as a table').click();
    expect(await page.getByRole('group', { name: 'Numbers of the charts' }).getByRole('row').count()).toBe(41);
    expect(trouble).toEqual([]);
  });

  test.each(HOSTILE)('an HTML report has %j as text', async (title) => {
    await using report = await opened(hostile, title);
    const { page, trouble } = report;
    expect(shown(await page.title())).toBe(shown(`Failed: ${title}`));
    const names = await page.getByRole('region', { name: 'Requests' }).locator('tbody th').evaluateAll((cells) => cells.map((cell) => cell.textContent ?? ''));
    expect(names.map(shown).sort()).toEqual(HOSTILE.map(shown).sort());
    expect(await page.locator('script, img, [onerror], [onmouseover]').count()).toBe(0);
    expect((await page.locator('.warning').allTextContents()).map(shown)).toEqual(HOSTILE.map((text) => shown(`Warning. ${text}`)));
    expect(trouble).toEqual([]);
  });

  test.each([[1440, 'light'], [390, 'light'], [390, 'dark']] as const)('an HTML report fits %i px, %s', async (width, colorScheme) => {
    await using report = await opened(hostile, HOSTILE[0] ?? '', { viewport: { width, height: 900 }, colorScheme });
    const { page } = report;
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(dark).toBe(colorScheme === 'dark' ? 'rgb(18, 20, 25)' : 'rgb(245, 246, 248)');
  });

  test('on paper an HTML report is light, also where the screen is dark, and no figure is broken', async () => {
    await using report = await opened(ordinary, 'Price lookup', { colorScheme: 'dark' });
    const { page } = report;
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.querySelector('figure') as Element).breakInside])).toEqual(['rgb(23, 26, 33)', 'avoid']);
    expect((await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeLessThan(6);
  });

  test('JUnit XML is read by a reader of XML, with hostile names as text', async () => {
    const xml = await reportText(hostile.stored, hostile.run, 'junit.xml', HOSTILE[3]);
    const page = await browser.newPage({ offline: true });
    const read = await page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'application/xml');
      const all = (query: string, attribute: string) => [...document.querySelectorAll(query)].map((element) => element.getAttribute(attribute) ?? '');
      return { errors: document.querySelectorAll('parsererror').length, suites: all('testsuite', 'name'), tests: all('testsuite', 'tests'), names: all('testcase', 'name'), messages: all('failure', 'message'), texts: [...document.querySelectorAll('failure')].map((failure) => failure.textContent ?? '') };
    }, xml);
    await page.close();
    expect([read.errors, read.suites, read.tests]).toEqual([0, [HOSTILE[3]], [String(HOSTILE.length)]]);
    for (const [i, text] of HOSTILE.map(held).entries()) {
      expect(read.names[i]).toContain(`"${text}" requests`);
      expect(read.messages[i]?.endsWith(text)).toBe(true);
      expect(read.texts[i]?.endsWith(text)).toBe(true);
    }
  });
});
