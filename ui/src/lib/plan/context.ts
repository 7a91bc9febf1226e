/** What the parts of the form share: the draft that they write into. */
import { createContext } from 'svelte';
import type { Draft } from './draft.svelte.ts';

export const [draftOf, setDraft] = createContext<Draft>();
