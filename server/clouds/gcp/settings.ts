/** What an operator says of Google Cloud. No credentials: those are found as every program of Google's finds them. */
import { z } from 'zod';
import { incomplete, leadMs, list, price, secrets } from '../settings.ts';

const PROJECT = 'must be the id of a project: my-project-123';
const ACCOUNT = 'must be the e-mail address of a service account';
const MEMORY = 'must be an amount of memory such as 512Mi or 2Gi';
const SECRETS = 'must be a JSON object of variables and the secrets that hold their values: {"TOKEN": "projects/my-project/secrets/token/versions/3"}';
const SECRET = /^((?:projects\/[a-z0-9:.-]+\/secrets\/)?[\w-]{1,255})(?:\/versions\/([\w-]{1,63}))?$/;

/** One version of a secret in Secret Manager, as Cloud Run names it; the newest where none is said. */
const secret = z.string(SECRETS).regex(SECRET, SECRETS).transform((reference) => {
  const [, name = reference, version = 'latest'] = SECRET.exec(reference) ?? [];
  return { secret: name, version };
});

export const settings = z.object({
  /** Where it all runs and is paid; its presence sets the place up. */
  LOAD_TESTING_GCP_PROJECT: z.string().regex(/^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, PROJECT).optional(),
  /** Several, separated by commas: the first is the default. */
  LOAD_TESTING_GCP_REGIONS: list.default([]),
  LOAD_TESTING_GCP_IMAGE: list.default([]),
  /** Of the shards. One without rights is best; default: that of the project, which may have many. */
  LOAD_TESTING_GCP_SERVICE_ACCOUNT: z.string().regex(/^[^@\s]+@[^@\s]+$/, ACCOUNT).optional(),
  LOAD_TESTING_GCP_CPU: z.enum(['1', '2', '4', '8'], 'must be 1, 2, 4 or 8').default('1'),
  LOAD_TESTING_GCP_MEMORY: z.string().regex(/^[1-9]\d{0,5}(Mi|Gi)$/, MEMORY).default('2Gi'),
  LOAD_TESTING_GCP_SECRETS: secrets(secret, SECRETS).default({}),
  /** From the order to plan second 0: an image is pulled in that time, and a container started. */
  LOAD_TESTING_GCP_LEAD_MS: leadMs.default(60_000),
  LOAD_TESTING_GCP_PRICE_VCPU_SECOND: price,
  LOAD_TESTING_GCP_PRICE_GIB_SECOND: price,
});

export type GcpSettings = z.infer<typeof settings>;

export function unconfigured(given: GcpSettings): string | null {
  if (given.LOAD_TESTING_GCP_PROJECT === undefined) return 'Google Cloud Run is not set up: LOAD_TESTING_GCP_PROJECT names no project.';
  return incomplete('Google Cloud Run', given, ['LOAD_TESTING_GCP_REGIONS', 'LOAD_TESTING_GCP_IMAGE']);
}
