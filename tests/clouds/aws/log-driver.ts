/** The awslogs driver: lines of a container go to its stream in batches, with the time at which they were printed; the rest goes when it ends. */
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { TaskDefinition } from '@aws-sdk/client-ecs';

export interface LogGroups {
  readonly client: CloudWatchLogs;
  readonly names: ReadonlySet<string>;
  /** Names of the streams that there are. */
  readonly streams: Set<string>;
}

export interface LogDriver {
  /** Why it cannot be opened; null: it can. */
  readonly problem: string | null;
  open(): Promise<void>;
  write(line: string): void;
  close(): Promise<void>;
}

/** The real one sends each 5 s. */
const FLUSH_MS = 400;

export function driverOf({ arn, definition, logs: { client, names, streams } }: { readonly arn: string; readonly definition: TaskDefinition; readonly logs: LogGroups }): LogDriver {
  const [container] = definition.containerDefinitions ?? [];
  const options = container?.logConfiguration?.options ?? {};
  const logGroupName = options['awslogs-group'] ?? '';
  const logStreamName = `${options['awslogs-stream-prefix']}/${container?.name}/${arn.split('/').at(-1)}`;
  let kept: { readonly timestamp: number; readonly message: string }[] = [];
  let sent: Promise<unknown> = Promise.resolve();
  const flush = () => {
    const logEvents = kept;
    kept = [];
    if (logEvents.length > 0) sent = sent.then(() => client.putLogEvents({ logGroupName, logStreamName, logEvents }));
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    problem: names.has(logGroupName) ? null : `failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1`,
    async open() {
      await client.createLogStream({ logGroupName, logStreamName });
      streams.add(logStreamName);
      timer = setInterval(flush, FLUSH_MS);
    },
    write(line) {
      if (line !== '') kept.push({ timestamp: Date.now(), message: line }); // CloudWatch takes no empty one
    },
    async close() {
      clearInterval(timer);
      flush();
      await sent;
    },
  };
}
