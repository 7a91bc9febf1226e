/** The load of a plan: stages of the closed or the open model, or a preset. */
import { z } from 'zod';
import { numeral } from '../../words/numeral.ts';
import { exactlyOne } from './one-of.ts';

export const DAY_MS = 24 * 60 * 60 * 1000;
/** Users, iterations per second, and iterations in flight. */
const MOST = 100_000;

export const PRESETS = ['smoke', 'constant', 'ramp', 'spike', 'stress', 'soak', 'breakpoint'] as const;
export type Preset = (typeof PRESETS)[number];

const stageDuration = z
  .int('Give whole milliseconds.')
  .min(0, 'A stage cannot take less than 0 ms.')
  .max(DAY_MS, 'A stage can take 24 hours at most.');

const closedStage = z.strictObject({
  durationMs: stageDuration,
  users: z.int('Give a whole number of users.').min(0, 'Users cannot be negative.').max(MOST, `At most ${numeral(MOST)} users.`),
});

const openStage = z.strictObject({
  durationMs: stageDuration,
  ratePerSecond: z.number('Give a number.').min(0, 'A rate cannot be negative.').max(MOST, `At most ${numeral(MOST)} iterations per second.`),
});

function stagesOf<T extends typeof closedStage | typeof openStage>(stage: T, level: 'users' | 'ratePerSecond') {
  return z
    .array(stage)
    .min(1, 'Give at least one stage.')
    .max(100, 'At most 100 stages.')
    .superRefine((stages, ctx) => {
      const list = stages as readonly { durationMs: number; users?: number; ratePerSecond?: number }[];
      const total = list.reduce((sum, s) => sum + s.durationMs, 0);
      if (total < 1000) ctx.addIssue({ code: 'custom', message: 'The stages last less than 1 second together.' });
      if (total > DAY_MS) ctx.addIssue({ code: 'custom', message: 'The stages last more than 24 hours together.' });
      if (list.every((s) => (s[level] ?? 0) === 0)) {
        const what = level === 'users' ? '1 user or more' : 'a rate above 0';
        ctx.addIssue({ code: 'custom', message: `No load: at least one stage must have ${what}.` });
      }
    });
}

const presetLoad = z
  .strictObject({
    key: z.enum(PRESETS, `Give one of ${PRESETS.join(', ')}.`),
    users: z.int('Give a whole number of users.').min(1, 'Give 1 user or more.').max(MOST, `At most ${numeral(MOST)} users.`).optional(),
    ratePerSecond: z.number('Give a number.').positive('Give a rate above 0.').max(MOST, `At most ${numeral(MOST)} iterations per second.`).optional(),
    durationMs: z.int('Give whole milliseconds.').min(1000, 'Give 1 second or more.').max(DAY_MS, 'At most 24 hours.').optional(),
  })
  .superRefine((preset, ctx) => {
    if (preset.users !== undefined && preset.ratePerSecond !== undefined)
      ctx.addIssue({ code: 'custom', path: ['ratePerSecond'], message: 'Give users (closed model) or ratePerSecond (open model), not both.' });
    if (preset.key === 'smoke' && preset.ratePerSecond !== undefined)
      ctx.addIssue({ code: 'custom', path: ['ratePerSecond'], message: 'A smoke test is 1 user and 5 iterations; it has no rate.' });
  });

export const load = exactlyOne({
  closed: z.strictObject({ stages: stagesOf(closedStage, 'users') }).optional(),
  open: z
    .strictObject({
      stages: stagesOf(openStage, 'ratePerSecond'),
      maxUsers: z.int('Give a whole number of users.').min(1, 'Give 1 or more: it is how many iterations may be in flight.').max(MOST, `At most ${numeral(MOST)}.`),
    })
    .optional(),
  preset: presetLoad.optional(),
});
