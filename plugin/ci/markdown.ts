/** Markdown (GitHub's and GitLab's) in which every text stays a text. Pure. */
import { shown } from '../../server/workflow/shown.ts';

const MOST = 1000;

/** On one line; nothing in it is markup, and nobody is mentioned: after `@` stands a word joiner. */
export function plain(text: string): string {
  return shown(text, MOST).replace(/[\\`*_[\]~|$#]/g, '\\$&').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('@', '@\u2060');
}

/** Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
