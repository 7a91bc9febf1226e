/** The report stands alone, and looks like the panel: its tokens are the panel's. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STYLE } from '../../server/report/style.ts';

const tokensOf = (css: string) => new Map([...css.matchAll(/^\s*(--[\w-]+): ([^;]+);/gm)].map(([, name, value]) => [name, value]));

test('colours of the report are those of the panel', () => {
  const panel = tokensOf(readFileSync(new URL('../../ui/src/app.css', import.meta.url), 'utf8'));
  const report = tokensOf(STYLE.text);
  expect(report.size).toBeGreaterThan(15);
  for (const [name, value] of report) expect([name, value]).toEqual([name, panel.get(name)]);
});
