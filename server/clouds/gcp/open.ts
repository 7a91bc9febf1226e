/** Loads Google's own libraries, and finds its credentials where every program of Google's does. */
import type { CloudHost, Fleets } from '../cloud.ts';
import { library } from '../library.ts';
import { openApi } from './api.ts';
import { openFleets } from './fleets.ts';
import { openLogging } from './logging.ts';
import { PACE, type Pace } from './pace.ts';
import { problemOf } from './problems.ts';
import type { GcpSettings } from './settings.ts';

/** Where it is another Google: no settings of an operator. */
export interface Elsewhere {
  /** Of the Cloud Run Admin API; it is asked without credentials. */
  readonly rootUrl: string;
  /** Options of the client for Cloud Logging. */
  readonly logging: object;
  readonly pace: Partial<Pace>;
}

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

export async function openGcp(settings: GcpSettings, host: CloudHost, elsewhere: Elsewhere | null = null): Promise<Fleets> {
  const { auth, run } = await library('Google Cloud Run', '@googleapis/run@34.0.0', () => import('@googleapis/run'));
  const { v2, Entry } = await library('Google Cloud Run', '@google-cloud/logging@12.1.0', () => import('@google-cloud/logging'));
  const { LOAD_TESTING_GCP_PROJECT: project = '' } = settings;
  const google = new auth.GoogleAuth({ scopes: SCOPES });
  if (!elsewhere) await google.getClient().catch((error: unknown) => { throw problemOf(error); });

  const pace = { ...PACE, ...elsewhere?.pace };
  // What is asked again is decided in one place.
  const client = run({ version: 'v2', retry: false, ...(elsewhere ? { rootUrl: elsewhere.rootUrl } : { auth: google }) });
  const logging = openLogging({ client: new v2.LoggingServiceV2Client({ projectId: project, ...elsewhere?.logging }), entryOf: Entry.fromApiResponse_, project, againMs: pace.againMs });
  const identity = async () => (elsewhere ? null : await google.getCredentials().then(({ client_email: email }) => email ?? null, () => null));
  return openFleets({ settings, host, pace, logging, api: openApi(client, pace.againMs), identity });
}
