/** The list. Adding a framework is one folder and one line here. */
import { artillery } from './artillery/index.ts';
import type { Framework } from './framework.ts';
import { k6 } from './k6/index.ts';
import { locust } from './locust/index.ts';

export const frameworks: readonly Framework[] = [locust, k6, artillery];

export type * from './framework.ts';
