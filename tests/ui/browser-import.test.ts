/** Results that were made elsewhere, brought as a user does: a file is chosen, and its run is shown. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolvePlan } from '../../server/script/resolve.ts';
import { chromium } from '../helpers/places.ts';
import { real } from '../helpers/results.ts';
import { testPlan } from '../helpers/stored-run.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const plan = testPlan({ load: { preset: { key: 'constant', ratePerSecond: 10, durationMs: 10_000 } } });
const lines = [
  ['begin', 1, 'locust', '2.47.0', 1_772_359_200_000, { planHash: resolvePlan(plan).hash, workflowHash: 'a'.repeat(64), scriptHash: 'b'.repeat(64), plan, host: { os: 'linux', cpus: 2 } }],
  ...Array.from({ length: 100 }, (_, i) => ['req', i * 100_000, 'execute', 20_000, 'ok', 200, { exec: true, startLagMicros: 0 }]),
  ['end', 'planned', 100, 0, 0, 0, 0],
].map((line) => `${JSON.stringify(line)}\n`).join('');

describe.skipIf(!chromium)('results that are brought, in Chromium', () => {
  let watched: WatchedPage;
  beforeAll(async () => {
    watched = await watchedPage();
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  test('become a run: of sample lines with all its numbers, of totals with what the tool tells, of a foreign file a sentence', { timeout: 90_000 }, async () => {
    const { page, trouble, host } = watched;
    const { saveLoadTest } = await host.ask<{ saveLoadTest: { id: string } }>('mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } } }', { input: { name: 'Brought', framework: 'locust', workflow: { id: 'price-lookup' }, plan } });
    const runs = host.panel(`/tests/${encodeURIComponent(saveLoadTest.id)}/runs`);
    const bring = async (name: string, text: string) => page.getByLabel('Bring results').first().setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

    await page.goto(runs);
    await bring('notes.txt', 'these are no results');
    await page.getByRole('alert').getByText('This is no file of results that is known here').waitFor();
    await bring('samples.ndjson', lines);
    await page.getByText('Brought from samples.ndjson (sample lines)').waitFor();
    // Of the run itself, which was months ago.
    await page.getByText(/^took 9\.9\s+s$/).waitFor();
    await page.getByRole('heading', { name: 'Passed' }).waitFor();

    await page.goto(runs);
    await bring('stats.json', real('locust/stats.json'));
    const told = page.getByRole('region', { name: 'What Locust JSON (--json, --json-file) tells' });
    await told.waitFor();
    expect(await told.getByRole('row', { name: /^status/ }).textContent()).toContain('201');
    expect(await page.getByRole('button', { name: 'Judge again' }).count()).toBe(0);
    // Twice is once.
    const shown = page.url();
    await page.goto(runs);
    await bring('again.json', real('locust/stats.json'));
    await told.waitFor();
    expect(page.url()).toBe(shown);
    expect(trouble).toEqual([]);
  });
});
