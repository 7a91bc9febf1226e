/** An objective of a plan: metric, statistic, comparison, value. */
import { z } from 'zod';
import { refusedLimit } from './limit.ts';
import { DAY_MS } from './load.ts';

export const STATISTICS = ['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const;
export type Statistic = (typeof STATISTICS)[number];

const METRICS = { latency: 'Latency', error_ratio: 'An error ratio', throughput: 'Throughput', checks_ratio: 'A checks ratio' } as const;

export const objective = z
  .strictObject({
    metric: z.enum(['latency', 'error_ratio', 'throughput', 'checks_ratio'], 'Give latency, error_ratio, throughput or checks_ratio.'),
    statistic: z.enum(STATISTICS, `Give one of ${STATISTICS.join(', ')}.`).optional(),
    comparison: z.enum(['<', '<=', '>', '>='], 'Give <, <=, > or >=.'),
    value: z.number('Give a number.').min(0, 'A limit cannot be negative.').max(1e9, 'That limit is too large.'),
    requestName: z.string().min(1).max(200).optional(),
    during: z.enum(['steady', 'whole'], 'Give steady or whole.').optional(),
    abortAfterMs: z.int('Give whole milliseconds.').min(1000, 'Give 1,000 ms or more: it is looked at once a second.').max(DAY_MS, 'At most 24 hours.').optional(),
  })
  .superRefine((o, ctx) => {
    const refuse = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    const upper = o.comparison === '<' || o.comparison === '<=';
    if (o.metric === 'latency' && o.statistic === undefined) refuse('statistic', `Latency needs a statistic: one of ${STATISTICS.join(', ')}.`);
    if (o.metric !== 'latency' && o.statistic !== undefined) refuse('statistic', `${METRICS[o.metric]} has no statistic.`);
    const wantsMore = o.metric === 'throughput' || o.metric === 'checks_ratio';
    if (wantsMore && upper) refuse('comparison', `${METRICS[o.metric]} is judged with >= or >.`);
    if (!wantsMore && !upper) refuse('comparison', `${METRICS[o.metric]} is judged with < or <=.`);
    const refused = wantsMore === upper ? null : refusedLimit(o);
    if (refused !== null) refuse('value', refused);
    if (wantsMore && o.requestName !== undefined) refuse('requestName', `${METRICS[o.metric]} is judged on executions.`);
    if (o.abortAfterMs !== undefined && (o.metric === 'throughput' || o.statistic === 'mean'))
      refuse('abortAfterMs', 'A test can be stopped by a latency percentile, an error ratio or a checks ratio.');
  });

export type Objective = z.infer<typeof objective>;
