/** Which charts of a page are shown as tables. A page that keeps it says so to its charts; without one, each chart remembers for itself. */
import { getContext, setContext } from 'svelte';

interface Tables {
  isTable(name: string): boolean;
  turned(name: string, asTable: boolean): void;
}

const KEY = Symbol('tables');
export const keepTables = (tables: Tables): Tables => setContext(KEY, tables);
export const keptTables = (): Tables | undefined => getContext(KEY);

/** As an address says it. */
export const tablesIn = (written: string | null): string[] => (written ?? '').split(',').filter((name) => name !== '');

/** null: none is, as is usual. */
export function withTable(written: string | null, name: string, asTable: boolean): string | null {
  const names = [...tablesIn(written).filter((other) => other !== name), ...(asTable ? [name] : [])];
  return names.length === 0 ? null : names.join(',');
}
