/** What somebody wrote beside the run. Pure. */
import type { Note } from '../../run/notes/store.ts';
import { type Markup, markup } from '../markup.ts';
import { when } from '../words.ts';

export function notes(list: readonly Note[]): Markup | null {
  if (list.length === 0) return null;
  return markup`<section class="notes"><h2>Notes</h2>${list.map(({ text, by, at }) => markup`<blockquote><p><bdi>${text}</bdi></p><footer><bdi>${by}</bdi>, ${when(at)}</footer></blockquote>`)}</section>
`;
}
