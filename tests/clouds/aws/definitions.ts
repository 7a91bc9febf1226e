/** Task definitions of an account: what the real one accepts and refuses of them, as far as it is asked for here. */
import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { Refused, require } from './refused.ts';

const MOST_BYTES = 64 * 1024;
/** CPU units -> least, most and step of MiB. */
const SIZES: Readonly<Record<string, readonly [number, number, number]>> = { 256: [512, 2048, 512], 512: [1024, 4096, 1024], 1024: [2048, 8192, 1024], 2048: [4096, 16384, 1024], 4096: [8192, 30720, 1024] };

export class Definitions {
  readonly #all: TaskDefinition[] = [];

  register(input: RegisterTaskDefinitionCommandInput): TaskDefinition {
    const { family = '', containerDefinitions: [container, ...others] = [], cpu = '', memory = '', networkMode, requiresCompatibilities = [], executionRoleArn, tags = [] } = input;
    require(/^[\w-]{1,255}$/.test(family), 'Family contains invalid characters.');
    require(JSON.stringify(input).length <= MOST_BYTES, `Actual length: '${JSON.stringify(input).length}'. Max allowed length is '65536' bytes.`);
    require(container !== undefined && others.length === 0, 'Container definitions list cannot be empty.');
    require(!!container.image, 'Container.image should not be null or empty.');
    require(requiresCompatibilities.includes('FARGATE') && networkMode === 'awsvpc', "Fargate only supports network mode 'awsvpc'.");
    const [least, most, step] = SIZES[cpu] ?? [1, 0, 1];
    require(Number(memory) >= least && Number(memory) <= most && (Number(memory) - least) % step === 0, `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`);
    require(!!executionRoleArn, 'Fargate requires task definition to have execution role ARN to support log driver awslogs.');
    require((container.stopTimeout ?? 30) <= 120, 'stopTimeout must be less than or equal to 120');
    const options = container.logConfiguration?.options ?? {};
    for (const name of ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix']) require(!!options[name], `Log driver awslogs requires options: ${name}`);
    for (const { name = '', valueFrom = '' } of container.secrets ?? []) require(name !== '' && valueFrom !== '', 'The secret name and valueFrom must not be empty.');
    const names = [...(container.environment ?? []), ...(container.secrets ?? [])].map(({ name }) => name);
    require(new Set(names).size === names.length, 'The secret name must be unique and not shared with any new or existing environment variables set on the container.');
    for (const { key = '', value = '' } of tags) require(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key) && /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value), 'Invalid tag.', 'InvalidParameterException');
    const revision = this.#all.filter((one) => one.family === family).length + 1;
    const definition: TaskDefinition = { ...input, family, revision, status: 'ACTIVE', taskDefinitionArn: `arn:aws:ecs:us-east-1:123456789012:task-definition/${family}:${revision}` } as TaskDefinition;
    this.#all.push(definition);
    return definition;
  }

  of(arn: string | undefined): TaskDefinition {
    const found = this.#all.find((one) => one.taskDefinitionArn === arn);
    if (!found) throw new Refused('ClientException', 'Unable to describe task definition.');
    return found;
  }

  /** @param allowed the status that it must have, and why another is refused */
  become(arn: string | undefined, allowed: TaskDefinition['status'], status: TaskDefinition['status'], otherwise: string): TaskDefinition {
    const found = this.of(arn);
    require(found.status === allowed, otherwise);
    const changed = { ...found, status };
    this.#all[this.#all.indexOf(found)] = changed;
    return changed;
  }

  get active(): TaskDefinition[] {
    return this.#all.filter(({ status }) => status === 'ACTIVE');
  }
}
