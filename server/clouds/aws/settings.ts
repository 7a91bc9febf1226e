/** What an operator says of AWS: where the tasks run and how large they are. No credentials: those are found by the SDK's default chain. */
import { z } from 'zod';
import { incomplete, leadMs, list, price, secrets } from '../settings.ts';

const SECRETS = 'must be a JSON object: for each variable the ARN of its secret in Secrets Manager or of its parameter in the Parameter Store';
const MEMORY = 'must be a number of MiB';

export const settings = z.object({
  /** Name of the ECS cluster, the same in each region. Set: AWS is set up. */
  LOAD_TESTING_AWS_CLUSTER: z.string().min(1).optional(),
  /** The first is the default. Without: the one of the default chain (AWS_REGION, profile). */
  LOAD_TESTING_AWS_REGIONS: list.default([]),
  /** Where there are several regions: each as region:subnet. */
  LOAD_TESTING_AWS_SUBNETS: list.default([]),
  /** As the subnets. Without: the default group of the network. */
  LOAD_TESTING_AWS_SECURITY_GROUPS: list.default([]),
  /** Without one a task reaches its image, its log and the target through NAT or endpoints of its subnet only. */
  LOAD_TESTING_AWS_ASSIGN_PUBLIC_IP: z.enum(['true', 'false'], 'must be true or false').default('true'),
  /** ARN: what pulls the image, writes the log and reads secrets. The shards themselves have no role. */
  LOAD_TESTING_AWS_EXECUTION_ROLE: z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+/, 'must be the ARN of a role').optional(),
  LOAD_TESTING_AWS_LOG_GROUP: z.string().min(1).optional(),
  LOAD_TESTING_AWS_IMAGE: list.default([]),
  /** Units of 1/1024 vCPU. */
  LOAD_TESTING_AWS_CPU: z.enum(['256', '512', '1024', '2048', '4096', '8192', '16384'], 'must be 256, 512, 1024, 2048, 4096, 8192 or 16384').default('1024'),
  /** MiB. */
  LOAD_TESTING_AWS_MEMORY: z.coerce.number(MEMORY).int(MEMORY).min(512, MEMORY).default(2048),
  LOAD_TESTING_AWS_SECRETS: secrets(z.string(SECRETS).regex(/^arn:aws[\w-]*:(secretsmanager|ssm):/, SECRETS), SECRETS).default({}),
  LOAD_TESTING_AWS_LEAD_MS: leadMs.default(90_000),
  /** In place of the table, for all regions. */
  LOAD_TESTING_AWS_PRICE_VCPU_HOUR: price,
  LOAD_TESTING_AWS_PRICE_GB_HOUR: price,
});

export type Settings = z.infer<typeof settings>;

/** What each region has. */
export interface Network {
  readonly subnets: string[];
  readonly securityGroups: string[];
}

/** @param region null: the one of the default chain */
export function networkOf({ LOAD_TESTING_AWS_SUBNETS: subnets, LOAD_TESTING_AWS_SECURITY_GROUPS: groups }: Settings, region: string | null): Network {
  const here = (all: readonly string[]) => all.flatMap((text) => {
    const [first = '', id] = text.split(':');
    return id === undefined ? [first] : first === region ? [id] : [];
  });
  return { subnets: here(subnets), securityGroups: here(groups) };
}

export function unconfigured(settings: Settings): string | null {
  if (settings.LOAD_TESTING_AWS_CLUSTER === undefined) return 'AWS is not set up: LOAD_TESTING_AWS_CLUSTER names no ECS cluster.';
  const problem = incomplete('AWS', settings, ['LOAD_TESTING_AWS_SUBNETS', 'LOAD_TESTING_AWS_EXECUTION_ROLE', 'LOAD_TESTING_AWS_LOG_GROUP', 'LOAD_TESTING_AWS_IMAGE']);
  if (problem !== null) return problem;
  const bare = [null, ...settings.LOAD_TESTING_AWS_REGIONS].slice(settings.LOAD_TESTING_AWS_REGIONS.length > 0 ? 1 : 0).find((region) => networkOf(settings, region).subnets.length === 0);
  if (bare !== undefined) return `AWS is not set up completely: LOAD_TESTING_AWS_SUBNETS has no subnet for ${bare ?? 'the default region'}.`;
  const plain = [...settings.LOAD_TESTING_AWS_SUBNETS, ...settings.LOAD_TESTING_AWS_SECURITY_GROUPS].find((text) => !text.includes(':'));
  if (settings.LOAD_TESTING_AWS_REGIONS.length > 1 && plain) return `AWS has several regions, and ${plain} is in one of them only: write it as region:${plain}.`;
  return sizeProblem(settings);
}

/** Fargate has these sizes and no other: least and most MiB, and the step between them. */
const SIZES: Readonly<Record<Settings['LOAD_TESTING_AWS_CPU'], readonly [number, number, number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};

function sizeProblem({ LOAD_TESTING_AWS_CPU: cpu, LOAD_TESTING_AWS_MEMORY: memory }: Settings): string | null {
  const [least, most, step] = SIZES[cpu];
  if (memory >= least && memory <= most && (memory - least) % step === 0) return null;
  return `Fargate has no task of ${cpu} CPU units and ${memory} MiB: with LOAD_TESTING_AWS_CPU=${cpu}, LOAD_TESTING_AWS_MEMORY is ${least} to ${most} in steps of ${step}.`;
}
