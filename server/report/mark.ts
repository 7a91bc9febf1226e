/** A verdict: icon and word, colour third. Icons of Lucide (ISC). */
import type { Verdict } from '../verdict/judge.ts';
import { type Markup, markup } from './markup.ts';
import { VERDICTS } from './words.ts';

export const TONES = { passed: 'pass', failed: 'fail', not_evaluated: 'none' } as const;

const ICONS: Readonly<Record<Verdict, string>> = {
  passed: 'M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20M9 12l2 2 4-4',
  failed: 'M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20M15 9l-6 6M9 9l6 6',
  not_evaluated: 'M10.1 2.182a10 10 0 0 1 3.8 0M13.9 21.818a10 10 0 0 1-3.8 0M17.609 3.721a10 10 0 0 1 2.69 2.7M2.182 13.9a10 10 0 0 1 0-3.8M20.279 17.609a10 10 0 0 1-2.7 2.69M21.818 10.1a10 10 0 0 1 0 3.8M3.721 6.391a10 10 0 0 1 2.7-2.69M6.391 20.279a10 10 0 0 1-2.69-2.7',
};

export const icon = (verdict: Verdict): Markup => markup`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path style="vector-effect:none" d="${ICONS[verdict]}"/></svg>`;

export const mark = (verdict: Verdict): Markup => markup`<span class="mark ${TONES[verdict]}">${icon(verdict)}${VERDICTS[verdict]}</span>`;
