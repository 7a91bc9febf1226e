/** The name under which a chart of this page is saved, as the server names the other files of a run. */
import { getContext, setContext } from 'svelte';

interface Saved {
  /** Of the test; null: it has none. */
  readonly of: string | null;
  /** When the run began; null: the chart is of no run, and named by the day on which it is saved. */
  readonly at: string | null;
}

const KEY = Symbol('saved as');
const MAX_NAME = 60;

/** Around charts. */
export const saveChartsAs = (saved: () => Saved): unknown => setContext(KEY, saved);

/** Inside of a component that is being made. */
export const savedAs = (): (() => Saved) => getContext<(() => Saved) | undefined>(KEY) ?? (() => ({ of: null, at: null }));

/** Letters of ASCII, digits and hyphens, which every system takes. Pure. */
export function pictureName({ of, at }: Saved, heading: string, now: Date = new Date()): string {
  const plain = (words: string) => words.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^A-Za-z0-9]+/g, '-').slice(0, MAX_NAME).replace(/^-|-$/g, '');
  const date = at === null ? now : new Date(at);
  return [`${plain(of ?? '') || 'load-test'}-${date.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replaceAll(':', '-')}`, plain(heading).toLowerCase(), 'png'].filter((part) => part !== '').join('.');
}
