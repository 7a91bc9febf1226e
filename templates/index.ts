/** The list. Adding a framework is one folder and one line here. */
import { artillery } from './artillery/index.ts';
import type { Framework } from './framework.ts';
import { k6 } from './k6/index.ts';
import { locust } from './locust/index.ts';

export const frameworks: readonly Framework[] = [locust, k6, artillery];

/** Where no load goes, whatever is allowed: the list that the scripts hold their connections against. */
export { default as refusedAddresses } from './shared/bundle/refused-addresses.json' with { type: 'json' };

export type * from './framework.ts';
