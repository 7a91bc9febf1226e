/** What a page shows beside its thing stands in the address: a reload shows the same, and a link does. */
import { goto } from '$app/navigation';
import { page } from '$app/state';

/** As it stands in the bar: what was said there since the page was opened is not yet in `page.url`. */
export const shownUrl = (): typeof page.url => page.shallow?.url ?? page.url;

/** What the address says; null: nothing. */
export const inAddress = (name: string): string | null => shownUrl().searchParams.get(name);

/** Says it there from now on, without a step in the history; null: it is what is usual. What reads the page anew waits for it: one of both would be dropped. */
export function toAddress(name: string, value: string | null): Promise<void> {
  const { searchParams, pathname, hash } = new URL(location.href);
  if (value === null) searchParams.delete(name);
  else searchParams.set(name, value);
  const query = searchParams.toString();
  return goto(`${pathname}${query === '' ? '' : `?${query}`}${hash}`, { shallow: true, replace: true });
}
