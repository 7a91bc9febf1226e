/** CloudWatch Logs by moto, with what moto leaves out: prefixes of streams, small pages, and lines that a search does not find though they are kept. */
import type { FilterLogEventsCommandInput, FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { LogGroups } from './log-driver.ts';
import { Refused, require } from './refused.ts';

export interface LogSearch {
  ask(operation: string, body: unknown): Promise<unknown>;
  /** Lines of these streams that were printed in this time are never found: only who reads a whole stream has them. */
  hide(prefix: string, from: number, until: number): void;
}

const TARGET = 'Logs_20140328';
/** Of a search: a real one may be anything up to 10,000, and empty. */
const PAGE = 40;

export function searchOf(url: string, { names, streams }: Pick<LogGroups, 'names' | 'streams'>): LogSearch {
  const hidden: { readonly prefix: string; readonly from: number; readonly until: number }[] = [];
  const moto = async (operation: string, body: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${TARGET}.${operation}`, authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=test' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as { readonly __type?: string; readonly message?: string };
    if (!response.ok) throw new Refused(answer.__type ?? 'InternalFailure', answer.message ?? '');
    return answer;
  };
  return {
    async ask(operation, body) {
      const { logGroupName = '', logStreamName, logStreamNamePrefix: prefix = '', ...rest } = body as FilterLogEventsCommandInput & { readonly logStreamName?: string };
      require(names.has(logGroupName), 'The specified log group does not exist.', 'ResourceNotFoundException');
      const logStreamNames = [...streams].filter((name) => (logStreamName === undefined ? name.startsWith(prefix) : name === logStreamName));
      require(logStreamNames.length > 0, 'The specified log stream does not exist.', 'ResourceNotFoundException');
      if (operation !== 'FilterLogEvents') return moto(operation, body);
      const found = (await moto(operation, { ...rest, logGroupName, logStreamNames, limit: PAGE })) as FilterLogEventsCommandOutput;
      const isHidden = (stream: string, at: number) => hidden.some((one) => stream.startsWith(one.prefix) && at >= one.from && at <= one.until);
      return { ...found, events: (found.events ?? []).filter(({ logStreamName = '', timestamp = 0 }) => !isHidden(logStreamName, timestamp)) };
    },
    hide(prefix, from, until) {
      hidden.push({ prefix, from, until });
    },
  };
}
