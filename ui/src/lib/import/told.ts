/** Numbers of a tool as they are shown: what it rounded is marked. */
import type { ResultOf } from '../graphql/graphql.ts';
import { DASH, decimal } from '../text/format.ts';
import type { RunResult } from '../verdict/operations.ts';

export type ToldRun = NonNullable<NonNullable<ResultOf<typeof RunResult>['loadTestRun']>['importedFrom']>;
type Latency = ToldRun['told'][number]['latency'];

export function numberText(latency: Latency, statistic: string): string {
  const number = latency.find((one) => one.statistic === statistic);
  return number ? `${number.leastMs === null ? '' : '≈ '}${decimal(number.valueMs)}` : DASH;
}
