/** Google as this server asks it: by its own libraries, with credentials found where every program of Google's finds them. */
import { library } from '../library.ts';
import { type Api, openApi } from './api.ts';
import { type Logging, openLogging } from './logging.ts';
import { PACE, type Pace } from './pace.ts';
import { problemOf } from './problems.ts';
import type { GcpSettings } from './settings.ts';

export interface Google {
  readonly api: Api;
  readonly logging: Logging;
  readonly pace: Pace;
  /** As whom; null: it cannot be told. */
  readonly identity: () => Promise<string | null>;
}

/** Where it is another Google: no settings of an operator. */
export interface Elsewhere {
  /** Of the Cloud Run Admin API; it is asked without credentials. */
  readonly rootUrl: string;
  /** Options of the client for Cloud Logging. */
  readonly logging: object;
  readonly pace: Partial<Pace>;
}

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

export async function openGoogle({ LOAD_TESTING_GCP_PROJECT: project = '' }: GcpSettings, elsewhere: Elsewhere | null): Promise<Google> {
  const { auth, run } = await library('Google Cloud Run', '@googleapis/run@34.0.0', () => import('@googleapis/run'));
  const { v2, Entry } = await library('Google Cloud Run', '@google-cloud/logging@12.1.0', () => import('@google-cloud/logging'));
  const google = new auth.GoogleAuth({ scopes: SCOPES });
  if (!elsewhere) await google.getClient().catch((error: unknown) => { throw problemOf(error); });

  const pace = { ...PACE, ...elsewhere?.pace };
  // What is asked again is decided in one place.
  const client = run({ version: 'v2', retry: false, ...(elsewhere ? { rootUrl: elsewhere.rootUrl } : { auth: google }) });
  return {
    api: openApi(client, pace.againMs),
    logging: openLogging(new v2.LoggingServiceV2Client({ projectId: project, ...elsewhere?.logging }), Entry.fromApiResponse_, project, pace.againMs),
    pace,
    identity: async () => (elsewhere ? null : await google.getCredentials().then(({ client_email: email }) => email ?? null, () => null)),
  };
}
