/** The list. Adding a framework is one folder and one line here. */
import type { Framework } from './framework.ts';

export const frameworks: readonly Framework[] = [];

export type * from './framework.ts';
