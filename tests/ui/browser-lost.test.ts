/** A real run whose page loses its connection for a quarter of a minute: nothing of that time is missing in the end, on the page or in the totals. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Truth } from '../../plugin/demo/truth.ts';
import { cuttable } from '../helpers/cuttable-panel.ts';
import { chromium, toolPath } from '../helpers/places.ts';
import { shownVerdict } from '../helpers/shown-verdict.ts';
import { type WatchedPage, watchedPage } from '../helpers/watched-page.ts';

const artillery = await toolPath('artillery');
const PLANNED_S = 45;
const PER_SECOND = 10;
const LOST_MS = 15_000;
const PATIENTLY = { timeout: 60_000 };

describe.skipIf(!chromium || !artillery)('a connection lost for 15 s in Chromium', () => {
  let watched: WatchedPage;
  let page: WatchedPage['page'];

  beforeAll(async () => {
    watched = await watchedPage();
    ({ page } = watched);
  });
  afterAll(() => watched[Symbol.asyncDispose]());

  const ask = <Data>(query: string, variables: object = {}) => watched.host.ask<Data>(query, variables);
  const status = () => page.getByRole('region', { name: 'State of the run' });
  const lost = () => status().getByText(/^The connection is lost since .+\. It is not known whether the run goes on/);
  const numbers = () => page.getByRole('region', { name: 'Numbers so far' }).locator('dd').allTextContents();
  const executions = async () => Number((await page.getByRole('region', { name: 'Numbers so far' }).locator('div:has(> dt:text-is("Executions")) > .value').textContent())?.replaceAll(',', ''));
  /** The seconds that the table of a chart has, as it writes them. */
  const seconds = () => page.getByRole('group', { name: 'Throughput and failures' }).getByRole('rowheader').allTextContents();
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => `0:${String(i).padStart(2, '0')}`);

  test('shows that it is lost, stands still, and then has each second of the gap; its totals are what the target received', { timeout: 180_000 }, async () => {
    const connection = await cuttable(page);
    const { limits } = await ask<{ limits: { allowedTargets: string[] } }>('{ limits { allowedTargets } }');
    const target = limits.allowedTargets[0] ?? '';
    const plan = { target: { preset: 'studio', baseUrl: target }, load: { preset: { key: 'constant', ratePerSecond: PER_SECOND, durationMs: PLANNED_S * 1000 } } };
    await fetch(`${target}/truth/reset`, { method: 'POST' });
    const { startRun } = await ask<{ startRun: { id: string } }>('mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } ... on Refusal { message } } }', { input: { framework: 'artillery', workflow: { id: 'price-lookup' }, plan } });
    const endMs = async () => (await ask<{ loadTestRun: { metrics: { offsetMs: number }[] } }>('query ($id: ID!) { loadTestRun(id: $id) { metrics { offsetMs } } }', { id: startRun.id })).loadTestRun.metrics.at(-1)?.offsetMs ?? 0;

    await page.goto(watched.host.panel(`/runs/${startRun.id}`));
    await status().getByText('Live', { exact: true }).waitFor(PATIENTLY);
    await page.getByRole('button', { name: 'Show as table: Throughput and failures' }).click();
    await expect.poll(executions, PATIENTLY).toBeGreaterThan(3 * PER_SECOND);

    await connection.cut();
    await lost().waitFor();
    const [stood, known, cutAtMs] = [await numbers(), await seconds(), await endMs()];
    await expect.poll(endMs, PATIENTLY).toBeGreaterThanOrEqual(cutAtMs + LOST_MS);
    expect([await lost().isVisible(), await numbers(), await seconds()]).toEqual([true, stood, known]);

    connection.restore();
    await status().getByText('The connection is back, and nothing is missing.').waitFor(PATIENTLY);
    expect(await lost().count()).toBe(0);
    await status().getByText('Live', { exact: true }).waitFor();
    await expect.poll(async () => (await seconds()).length, PATIENTLY).toBeGreaterThan(known.length + LOST_MS / 1000);
    const shown = await seconds();
    expect(shown).toEqual(upTo(shown.length));
    await expect.poll(executions, PATIENTLY).toBeGreaterThan(PER_SECOND * (LOST_MS / 1000 + 3));

    await shownVerdict(page);
    // Still as a table.
    expect((await seconds()).slice(0, PLANNED_S)).toEqual(upTo(PLANNED_S));
    const truth = (await (await fetch(`${target}/truth`)).json()) as Truth;
    const { loadTestRun } = await ask<{ loadTestRun: { summary: object } }>('query ($id: ID!) { loadTestRun(id: $id) { summary { executions requests } } }', { id: startRun.id });
    expect([loadTestRun.summary, truth.received]).toEqual([{ executions: truth.executed, requests: truth.received }, PLANNED_S * PER_SECOND]);
    await page.getByRole('radio', { name: 'Whole run' }).or(page.getByRole('button', { name: 'Whole run' })).first().click({ force: true });
    await page.getByRole('region', { name: 'Numbers of the run' }).getByText(`${truth.received} requests`).waitFor();
    expect(watched.trouble).toEqual([]);
  });
});
