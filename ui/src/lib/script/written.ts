/**
 * The script that was written of a draft last, and the one before it that was another: what the next one is compared with. Kept in this tab over a
 * reload, as far as there is room; a script of a definition of megabytes is only in memory.
 */
import type { Draft } from '../plan/draft.svelte.ts';
import { discard, store, stored } from '../plan/browser-storage.ts';
import type { Script, ScriptFile } from './bundle.ts';

interface Written {
  readonly now: Script;
  readonly before: Script | null;
}

/** Of a draft that was saved under another name since, too. */
const inMemory = new WeakMap<Draft, Written>();
const keyOf = ({ key }: Draft) => `load-testing:script:${key}`;

/** Null: none was written of this draft before that was another. From now on this is the last one. */
export function beforeThis(draft: Draft, script: Script): Script | null {
  const known = inMemory.get(draft) ?? read(stored(keyOf(draft), 'tab'));
  const before = known === null ? null : known.now.hash === script.hash ? known.before : known.now;
  const written = { now: script, before };
  inMemory.set(draft, written);
  // What does not fit would be compared with something older.
  if (!store(keyOf(draft), asText(written), 'tab')) discard(keyOf(draft), 'tab');
  return before;
}

/** Most files are the same in both: once is enough. */
export function asText({ now, before }: Written): string {
  const texts = new Map(now.files.map(({ path, text }) => [path, text]));
  return JSON.stringify({ now, before: before && { ...before, files: before.files.map((file) => (texts.get(file.path) === file.text ? { ...file, text: null } : file)) } });
}

/** Null: nothing was kept, or by a version that kept something else. */
export function read(text: string | null): Written | null {
  if (text === null) return null;
  try {
    const { now, before } = JSON.parse(text) as { now: Script; before: (Omit<Script, 'files'> & { files: readonly (Omit<ScriptFile, 'text'> & { text: string | null })[] }) | null };
    const texts = new Map(now.files.map((file) => [file.path, file.text]));
    return { now, before: before && { ...before, files: before.files.map((file) => ({ ...file, text: file.text ?? texts.get(file.path) ?? '' })) } };
  } catch {
    return null;
  }
}
