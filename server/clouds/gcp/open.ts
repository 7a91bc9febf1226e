/** Loads Google's own libraries, and finds its credentials where every program of Google's does. */
import type { run_v2 } from '@googleapis/run';
import type { CloudHost, Fleets } from '../cloud.ts';
import { library } from '../library.ts';
import { openApi } from './api.ts';
import { asker } from './ask.ts';
import { openFleets } from './fleets.ts';
import { type LoggingClient, openLogging } from './logging.ts';
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
  const { v2 } = await library('Google Cloud Run', '@google-cloud/logging@12.1.0', () => import('@google-cloud/logging'));
  const pace = { ...PACE, ...elsewhere?.pace };
  const ask = asker(pace.againMs);
  // What is asked again is decided in one place.
  const common = { version: 'v2', retry: false } as const;
  const project = settings.LOAD_TESTING_GCP_PROJECT ?? '';
  const logging = openLogging(new v2.LoggingServiceV2Client({ projectId: project, ...elsewhere?.logging }) as LoggingClient, project, ask);
  if (elsewhere) return openFleets({ settings, host, pace, logging, api: openApi(run({ ...common, rootUrl: elsewhere.rootUrl }), ask), identity: async () => null });

  const google = new auth.GoogleAuth({ scopes: SCOPES });
  try {
    await google.getClient();
  } catch (error) {
    await logging.close();
    throw problemOf(error);
  }
  const client: run_v2.Run = run({ ...common, auth: google });
  return openFleets({ settings, host, pace, logging, api: openApi(client, ask), identity: () => google.getCredentials().then(({ client_email: email }) => email ?? null, () => null) });
}
