/** What Azure's libraries throw -> a sentence that says what to do. What is none of their errors is a bug, and stays as it is. */
import { CloudProblem } from '../cloud.ts';
import { ApiProblem, isAway } from '../problem.ts';
import { whole } from '../whole.ts';

/** As much of them as is looked at. */
interface SdkError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
  readonly errors?: readonly Error[];
}

const CREDENTIALS = /^(CredentialUnavailableError|AggregateAuthenticationError|AuthenticationRequiredError|AuthenticationError)$/;

/** @param right that is needed for what was asked: "Microsoft.ContainerInstance/containerGroups/write" */
export function problemOf(cause: unknown, right: string): unknown {
  if (!(cause instanceof Error) || cause instanceof CloudProblem) return cause;
  const { name, message, code = '', statusCode } = cause as SdkError;
  const problem = (sentence: string, passes = false, named = code) => new ApiProblem(sentence, named, { passes, cause });
  if (CREDENTIALS.test(name)) return problem(ofCredentials(cause), false, name);
  if (name === 'TimeoutError' || name === 'AbortError') return problem('Azure did not answer in time.', true);
  if (statusCode === undefined) {
    // Of an operation that was taken at first: its code and its message stand in a sentence.
    const [, failed, said] = /^The long-running operation has failed\. (\w+)\. (.*)$/s.exec(message) ?? [];
    if (failed !== undefined && said !== undefined) return problem(refusal(failed, said), false, failed);
    return isAway(code) || /^(REQUEST_SEND|PARSE)_ERROR$/.test(code) ? problem(`Azure could not be reached: ${whole(message)}`, true) : cause;
  }
  if (statusCode === 401) return problem(`Azure does not accept the credentials of this server: ${whole(message)}`);
  if (statusCode === 403) return problem(`The credentials of this server may not do ${/perform action '([^']+)'/.exec(message)?.[1] ?? right}: the role in docs/clouds/azure.md allows it. Azure says: ${whole(message)}`);
  if (statusCode === 429) return problem(`Azure limits how often it is asked, and still did after several tries: ${whole(message)} Use fewer shards, or try again in a few minutes.`, true);
  const known = sentenceOf(code, message);
  if (known === null && statusCode >= 500) return problem(`Azure has trouble of its own: ${whole(message)}`, true);
  return problem(known ?? refusal(code, message));
}

/** Also for what stands in an event of a group. */
export const refusal = (code: string, message: string): string => sentenceOf(code, message) ?? `Azure refuses it: ${whole(message)}`;

function sentenceOf(code: string, message: string): string | null {
  const all = `${code} ${message}`;
  const said = `Azure says: ${whole(message)}`;
  if (/QuotaReached|container group quota/i.test(all)) return `The subscription may have no more container groups, or cores of them, in this region: ask Azure for a higher quota, or use fewer or smaller shards. ${said}`;
  if (/requested resource is not available in the location|InsufficientCapacity/i.test(all)) return `Azure has no room for shards of this size in the region at this time: try later, another region, or smaller ones. ${said}`;
  if (/InaccessibleImage|RegistryErrorResponse|ImagePullBackOff|ErrImagePull|failed to pull image/i.test(all)) return `The image cannot be pulled: it must exist for Linux on x86, and everybody, or the identity of LOAD_TESTING_AZURE_REGISTRY_IDENTITY, must be allowed to pull it. ${said}`;
  if (/MissingSubscriptionRegistration|SubscriptionNotRegistered/.test(all)) return `The subscription is not registered for Azure Container Instances: az provider register --namespace Microsoft.ContainerInstance. ${said}`;
  if (/^(Invalid)?Subscription(NotFound|Id)/.test(code)) return `There is no such subscription for this server: LOAD_TESTING_AZURE_SUBSCRIPTION must name one. ${said}`;
  if (code === 'ResourceGroupNotFound') return `There is no such resource group: LOAD_TESTING_AZURE_RESOURCE_GROUP must name one of the subscription. ${said}`;
  if (/^LocationNotAvailable|^NoRegisteredProviderFound/.test(code)) return `Azure Container Instances are not to be had in this region: LOAD_TESTING_AZURE_REGIONS must name others. ${said}`;
  if (/Subnet|ServiceAssociationLink|NetworkProfile/i.test(code)) return `The subnet of LOAD_TESTING_AZURE_SUBNET cannot be used: it must be delegated to Microsoft.ContainerInstance/containerGroups and have room. ${said}`;
  return null;
}

function ofCredentials(error: SdkError): string {
  const refused = [error, ...(error.errors ?? [])].find(({ name }) => name === 'AuthenticationError');
  if (refused) return `Azure does not accept the credentials of this server: ${whole(refused.message.split('\n')[0] ?? '')}`;
  return 'No Azure credentials were found. The default chain of Azure’s libraries looks for them: AZURE_CLIENT_ID and its like in this server’s environment, a workload identity, the managed identity of the machine it runs on, or who signed in with az login.';
}
