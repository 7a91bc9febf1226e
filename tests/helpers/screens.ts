/** What every screen must be: without a violation that axe finds, no wider than its window, nothing on it wider than its card, and no sentence in a column for single words; a picture of it is kept. */
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { long } from './long.ts';

/** Looked at by people, and by no test. */
const PICTURES = path.join(import.meta.dirname, '../../test-results/screens');

/** Daily at three widths, light and dark; in the long run at all. */
const ALL_LOOKS = [
  { name: 'light', width: 1440, colorScheme: 'light' },
  { name: 'dark', width: 1440, colorScheme: 'dark' },
  { name: 'tablet', width: 820, colorScheme: 'dark' },
  { name: 'phone', width: 390, colorScheme: 'light' },
  { name: 'narrow', width: 320, colorScheme: 'dark' },
  { name: 'wide', width: 3840, colorScheme: 'light' },
] as const;
const LOOKS = ALL_LOOKS.filter(({ name }) => long || name === 'light' || name === 'tablet' || name === 'phone');

/** A cell of a table that is narrower and higher than this is read word by word. */
const SQUEEZED = { widthPx: 140, heightPx: 160 };

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** One line for each thing that is wrong; empty: nothing is. */
export async function wrongWith(page: Page, screen: string): Promise<string[]> {
  mkdirSync(PICTURES, { recursive: true });
  await page.evaluate(axe);
  const wrong: string[] = [];
  for (const { name, width, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height: 1000 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: path.join(PICTURES, `${screen}-${name}.png`), fullPage: true });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) wrong.push(`${name}: ${over} px wider than its window`);
    const cards = await page.evaluate(() => [...document.querySelectorAll('.card')].filter((card) => card.scrollWidth > card.clientWidth + 1).map((card) => card.querySelector('h2')?.textContent ?? card.className));
    wrong.push(...cards.map((card) => `${name}: more than its card holds: ${card}`));
    const squeezed = await page.evaluate((most) => [...document.querySelectorAll('td, th')].filter((cell) => cell.clientWidth < most.widthPx && cell.clientHeight > most.heightPx).map((cell) => cell.textContent?.trim().slice(0, 60)), SQUEEZED);
    wrong.push(...squeezed.map((cell) => `${name}: squeezed into a narrow column: ${cell}`));
    wrong.push(...(await violations(page)).map((violation) => `${name}: ${violation}`));
  }
  return wrong;
}

async function violations(page: Page): Promise<string[]> {
  const results = await page.evaluate(() => (globalThis as unknown as { axe: { run(what: Document, how: object): Promise<AxeResults> } }).axe.run(document, { resultTypes: ['violations'] }));
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
