/** How a missing tool is got: words and a page to open, as each framework says it. */
import { expect, test } from 'vitest';
import { frameworks } from '../../templates/index.ts';
import { hintOf } from '../../ui/src/lib/plan/install-hint.ts';

test('the page that a hint names in brackets is a link, and the words go on without it', () => {
  expect(hintOf('Install k6 (https://example.test/get) and put it on PATH.')).toEqual({ words: 'Install k6 and put it on PATH.', url: 'https://example.test/get' });
  expect(hintOf('Install Python 3.11 (or newer).')).toEqual({ words: 'Install Python 3.11 (or newer).', url: null });
});

test('no hint has an address left in its words', () => {
  for (const { tool } of frameworks) expect(hintOf(tool.hint).words).not.toMatch(/https?:/);
  expect(frameworks.filter(({ key }) => key === 'k6').map(({ tool }) => hintOf(tool.hint).url)).toEqual([expect.stringMatching(/^https:\/\/grafana\.com\/docs\/k6\//)]);
});
