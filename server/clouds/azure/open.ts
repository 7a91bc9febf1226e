/** Loads Azure's own libraries, and finds its credentials where every program for Azure does. */
import type { TokenCredential } from '@azure/identity';
import type { CloudHost, Fleets } from '../cloud.ts';
import { library } from '../library.ts';
import { openApi } from './api.ts';
import { openFleets } from './fleets.ts';
import { PACE, type Pace } from './pace.ts';
import type { Settings } from './settings.ts';

/** Where it is another Azure: no settings of an operator. */
export interface Elsewhere {
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /** Of who signed the endpoint's certificate. */
  readonly ca: string;
  readonly pace: Partial<Pace>;
}

/** What is throttled, or was not answered, is asked again so often, as Azure's libraries do it. */
const RETRIES = 4;

export async function openAzure(settings: Settings, host: CloudHost, elsewhere: Elsewhere | null = null): Promise<Fleets> {
  const [{ ContainerInstanceManagementClient: Client }, { DefaultAzureCredential }] = await library('Azure', '@azure/arm-containerinstance@9.1.0 @azure/identity@4.14.1', () => Promise.all([import('@azure/arm-containerinstance'), import('@azure/identity')]));
  const pace = { ...PACE, ...elsewhere?.pace };
  const client = new Client(elsewhere?.credential ?? new DefaultAzureCredential(), settings.LOAD_TESTING_AZURE_SUBSCRIPTION ?? '', {
    retryOptions: { maxRetries: RETRIES, retryDelayInMs: pace.againMs },
    ...(elsewhere ? { endpoint: elsewhere.endpoint, tlsOptions: { ca: elsewhere.ca } } : {}),
  });
  return openFleets({ settings, host, pace, api: openApi(client, settings.LOAD_TESTING_AZURE_RESOURCE_GROUP ?? '', pace) });
}
