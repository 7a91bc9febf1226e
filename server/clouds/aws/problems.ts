/** What the SDK throws -> a sentence that says what to do. What is none of its errors is a bug, and stays as it is. */
import { CloudProblem } from '../cloud.ts';
import { ApiProblem, isAway } from '../problem.ts';
import { whole } from '../whole.ts';

/** As much of it as is looked at. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const THROTTLED = /Throttl|RequestLimitExceeded|TooManyRequests|RequestThrottled/;
const REFUSED = /UnrecognizedClient|InvalidClientTokenId|InvalidSignature|ExpiredToken|IncompleteSignature|SignatureDoesNotMatch/;

/** @param what was asked: "ecs:RunTask" */
export function problemOf(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof CloudProblem) return error;
  const { name, code, $metadata: { httpStatusCode: status = 0 } = {} } = error as SdkError;
  const message = sentenceOf(error, what, status);
  const passes = THROTTLED.test(name) || name === 'TimeoutError' || isAway(code) || status >= 500;
  return message === null ? error : new ApiProblem(message, name, { passes, cause: error });
}

/** Of a shard that has printed nothing, or never ran. */
export const isNoStream = (error: unknown): boolean => error instanceof Error && error.name === 'ResourceNotFoundException' && /log stream/.test(error.message);

function sentenceOf({ name, message, code = '' }: SdkError, what: string, status: number): string | null {
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') return 'No AWS credentials were found. The default chain of the AWS SDK looks for them: variables of this server’s environment, its profile, or the role of the machine or container it runs on.';
  if (message === 'Region is missing') return 'No AWS region is set: set LOAD_TESTING_AWS_REGIONS, or AWS_REGION.';
  if (REFUSED.test(name)) return `AWS does not accept the credentials of this server: ${whole(message)}`;
  if (/^AccessDenied|^UnauthorizedOperation/.test(name)) return `The AWS credentials of this server may not do ${/to perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? what}: their policy must allow it. AWS says: ${whole(message)}`;
  if (THROTTLED.test(name)) return `AWS limits how often ${what} may be asked for, and still did after several tries. Use fewer shards at once, or try again in a minute.`;
  if (name === 'TimeoutError' || name === 'AbortError') return `AWS did not answer ${what} in time.`;
  if (isAway(code)) return `AWS could not be reached for ${what} (${code}).`;
  if (name === 'ClusterNotFoundException') return 'There is no ECS cluster of this name in the region: LOAD_TESTING_AWS_CLUSTER must name one.';
  if (name === 'ResourceNotFoundException' && /log group/.test(message)) return 'The log group of LOAD_TESTING_AWS_LOG_GROUP does not exist in the region.';
  if (status === 0) return null;
  return status >= 500 ? `AWS had trouble of its own with ${what} (HTTP ${status}).` : refusal(message, what);
}

/** Also for what an answer holds as a failure. */
export function refusal(reason: string, what: string): string {
  if (/limit on the number of vCPUs|vCPU limit|RESOURCE:CPU|RESOURCE:FARGATE/i.test(reason)) return `The account has no more Fargate vCPUs in this region: ask AWS for a higher quota (Service Quotas, "Fargate On-Demand vCPU resource count"), or use fewer or smaller shards. AWS says: ${whole(reason)}`;
  if (/RESOURCE:ENI/.test(reason)) return `The subnets have no room for another network interface (${reason}): use fewer shards, or give LOAD_TESTING_AWS_SUBNETS larger ones.`;
  if (/Capacity is unavailable/.test(reason)) return 'AWS has no capacity for Fargate tasks in these subnets at this time: try again later, or give LOAD_TESTING_AWS_SUBNETS subnets of other availability zones.';
  return `AWS refuses ${what}: ${whole(reason)}`;
}
