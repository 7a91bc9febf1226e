/** What a page shows beside its thing stands in the address: a reload shows the same, and a link does. */
import { goto } from '$app/navigation';
import { page } from '$app/state';

/** What the address says; null: nothing. */
export const inAddress = (name: string): string | null => page.url.searchParams.get(name);

/** Says it there from now on, without a step in the history; null: it is what is usual. */
export function toAddress(name: string, value: string | null): void {
  const { searchParams, pathname, hash } = new URL(location.href);
  if (value === null) searchParams.delete(name);
  else searchParams.set(name, value);
  const query = searchParams.toString();
  void goto(`${pathname}${query === '' ? '' : `?${query}`}${hash}`, { shallow: true, replace: true });
}
