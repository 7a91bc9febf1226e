/**
 * What the charts of a run's page take in Chromium: a run of a thousand and of a hundred thousand seconds until its charts stand there (script, styles and layout), and an hour
 * that is watched, second by second: what each further second takes, and what the page holds. A limit that is missed is told, and the exit code is 1.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { chromium as playwright, type CDPSession } from 'playwright-core';
import { build } from 'vite';
import { chromium } from '../tests/helpers/places.ts';
import type { ChartsBench } from './_charts/asked.ts';
import { megabytes, missedFlat } from './_memory.ts';

const LIMITS = [
  { points: 1_000, ms: 50 },
  { points: 100_000, ms: 300 },
] as const;
/** The first one also compiles the script. */
const TIMES = 7;
const HOUR = 3_600;
const PARTS = 12;
/** Of each second: it leaves the rest of it to the reader. */
const UPDATE_MS = 50;

declare const bench: ChartsBench;

async function built(folder: string): Promise<string> {
  await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'warn',
    plugins: [svelte({ configFile: false, emitCss: false })],
    build: { outDir: folder, emptyOutDir: true, minify: true, lib: { entry: path.join(import.meta.dirname, '_charts/page.ts'), formats: ['iife'], name: 'page', fileName: () => 'page.js' } },
  });
  return readFile(path.join(folder, 'page.js'), 'utf8');
}

async function held(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize;
}

if (!chromium) {
  console.log('left out: there is no Chromium on this machine');
} else {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-charts-'));
  const missed: string[] = [];
  try {
    const script = await built(folder);
    const browser = await playwright.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'] });
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    page.on('pageerror', (error) => missed.push(`MISSED: the page has an error: ${error.message}`));
    await page.setContent('<!doctype html><html lang="en"><body></body></html>');
    await page.addStyleTag({ path: path.join(import.meta.dirname, '../ui/src/app.css') });
    await page.addScriptTag({ content: script });

    for (const { points, ms: most } of LIMITS) {
      const drawn = [];
      for (let i = 0; i < TIMES; i++) drawn.push(await page.evaluate((count) => bench.drawnOnce(count), points));
      const best = Math.min(...drawn.map(({ ms }) => ms));
      console.log(`the charts of ${points} seconds: ${best.toFixed(0)} ms, paths of ${((drawn[0]?.pathLength ?? 0) / 1000).toFixed(0)} kB; ${drawn.map(({ ms }) => ms.toFixed(0)).join(', ')}`);
      if (!(best < most)) missed.push(`MISSED: the charts of ${points} seconds take ${best.toFixed(0)} ms, less than ${most} ms is asked for`);
      if (!drawn.every(({ pathLength }) => pathLength > 10_000)) missed.push(`MISSED: the charts of ${points} seconds are not drawn`);
    }

    const cdp = await page.context().newCDPSession(page);
    const heap: number[] = [];
    const times: number[] = [];
    for (let part = 0; part < PARTS; part++) {
      times.push(...(await page.evaluate(([seconds, duration]) => bench.watched(seconds, duration), [HOUR / PARTS, HOUR * 1000] as const)));
      heap.push(await held(cdp));
    }
    const sorted = times.toSorted((a, b) => a - b);
    const rank = (percent: number) => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
    console.log(`an hour that is watched: ${times.length} updates, each p50 ${rank(50).toFixed(1)} ms, p95 ${rank(95).toFixed(1)} ms, at most ${rank(100).toFixed(1)} ms; the page holds ${heap.map(megabytes).join(', ')}`);
    if (!(rank(95) < UPDATE_MS)) missed.push(`MISSED: p95 of an update of a run that is watched is ${rank(95).toFixed(1)} ms, less than ${UPDATE_MS} ms is asked for`);
    missed.push(...missedFlat('the page of a run that is watched for an hour', heap));
    await browser.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  for (const line of missed) console.error(line);
  if (missed.length > 0) process.exitCode = 1;
}
