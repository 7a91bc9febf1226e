/** An objective of a plan: metric, statistic, and what it is held to: a value, or the most that it may change against the baseline. */
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
    comparison: z.enum(['<', '<=', '>', '>='], 'Give <, <=, > or >=.').optional(),
    value: z.number('Give a number.').min(0, 'A limit cannot be negative.').max(1e9, 'That limit is too large.').optional(),
    requestName: z.string().min(1).max(200).optional(),
    during: z.enum(['steady', 'whole'], 'Give steady or whole.').optional(),
    abortAfterMs: z.int('Give whole milliseconds.').min(1000, 'Give 1000 ms or more: it is looked at once a second.').max(DAY_MS, 'At most 24 hours.').optional(),
    maxChangeRatio: z.number('Give a number.').gt(0, 'Give more than 0: no two runs measure the same; 10 % is 0.1.').max(100, 'Give at most 100: 10 % is 0.1.').optional(),
    strict: z.boolean('Give true or false.').optional(),
  })
  .superRefine((o, ctx) => {
    const refuse = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    const { comparison, value, maxChangeRatio } = o;
    const upper = comparison === '<' || comparison === '<=';
    if (o.metric === 'latency' && o.statistic === undefined) refuse('statistic', `Latency needs a statistic: one of ${STATISTICS.join(', ')}.`);
    if (o.metric !== 'latency' && o.statistic !== undefined) refuse('statistic', `${METRICS[o.metric]} has no statistic.`);
    const wantsMore = isMoreBetter(o.metric);
    if (comparison === undefined && maxChangeRatio === undefined) refuse('comparison', `Give ${wantsMore ? '>= or >' : '< or <='}.`);
    if (comparison !== undefined && wantsMore === upper) refuse('comparison', `${METRICS[o.metric]} is judged with ${wantsMore ? '>= or >' : '< or <='}.`);
    if (value === undefined && maxChangeRatio === undefined) refuse('value', 'Give a number.');
    if (value !== undefined && maxChangeRatio !== undefined) refuse('maxChangeRatio', 'Give either a value or a maxChangeRatio; for both, write two objectives.');
    const refused = value === undefined || comparison === undefined || wantsMore === upper ? null : refusedLimit({ metric: o.metric, comparison, value });
    if (refused !== null) refuse('value', refused);
    if (wantsMore && o.requestName !== undefined) refuse('requestName', `${METRICS[o.metric]} is judged on executions.`);
    if (wantsMore && maxChangeRatio !== undefined && maxChangeRatio >= 1) refuse('maxChangeRatio', 'Every run keeps this: nothing falls by more than all of it. 10 % is 0.1.');
    if (o.abortAfterMs !== undefined && (o.metric === 'throughput' || o.statistic === 'mean'))
      refuse('abortAfterMs', 'A test can be stopped by a latency percentile, an error ratio or a checks ratio.');
    if (o.abortAfterMs !== undefined && maxChangeRatio !== undefined) refuse('abortAfterMs', 'A test can be stopped by a limit of its own, not by a change against the baseline.');
  });

export type Objective = z.infer<typeof objective>;

/** Of latencies and errors less is better. */
export function isMoreBetter(metric: Objective['metric']): boolean {
  return metric === 'throughput' || metric === 'checks_ratio';
}
