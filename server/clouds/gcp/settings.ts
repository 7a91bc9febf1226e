/** What an operator says of Google Cloud. No credentials: those are found as every program of Google's finds them. */
import { z } from 'zod';
import { leadMs, list } from '../settings.ts';

const PROJECT = 'must be the id of a project: my-project-123';
const ACCOUNT = 'must be the e-mail address of a service account';
const MEMORY = 'must be an amount of memory such as 512Mi or 2Gi';
const PRICE = 'must be a price in USD above 0';
const price = z.coerce.number(PRICE).positive(PRICE).optional();

/** One version of a secret in Secret Manager. */
export interface SecretVersion {
  /** As Cloud Run wants it: `name` of the same project, or `projects/<project>/secrets/<name>`. */
  readonly secret: string;
  readonly version: string;
}

const SECRETS = 'must be a JSON object of variables and the secrets that hold their values: {"TOKEN": "projects/my-project/secrets/token/versions/3"}';
const SECRET = /^((?:projects\/[a-z0-9:.-]+\/secrets\/)?[A-Za-z0-9_-]{1,255})(?:\/versions\/([A-Za-z0-9_-]{1,63}))?$/;

const secrets = z.string().transform((text, { issues, value }): Readonly<Record<string, SecretVersion>> => {
  const given = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().regex(SECRET)).safeParse(parsed(text));
  if (given.success) return Object.fromEntries(Object.entries(given.data).map(([name, reference]) => [name, versionOf(reference)]));
  issues.push({ code: 'custom', input: value, message: SECRETS });
  return z.NEVER;
});

export const settings = z.object({
  /** Where it all runs and is paid; its presence sets the place up. */
  LOAD_TESTING_GCP_PROJECT: z.string().regex(/^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, PROJECT).optional(),
  /** Several, separated by commas: the first is the default. */
  LOAD_TESTING_GCP_REGIONS: z.string().default('').pipe(list),
  LOAD_TESTING_GCP_IMAGE: z.string().default('').pipe(list),
  /** Of the shards. One without rights is best; default: that of the project, which may have many. */
  LOAD_TESTING_GCP_SERVICE_ACCOUNT: z.string().regex(/^[^@\s]+@[^@\s]+$/, ACCOUNT).optional(),
  LOAD_TESTING_GCP_CPU: z.enum(['1', '2', '4', '8'], 'must be 1, 2, 4 or 8').default('1'),
  LOAD_TESTING_GCP_MEMORY: z.string().regex(/^[1-9]\d{0,5}(Mi|Gi)$/, MEMORY).default('2Gi'),
  LOAD_TESTING_GCP_SECRETS: secrets.optional(),
  /** From the order to plan second 0: an image is pulled in that time, and a container started. */
  LOAD_TESTING_GCP_LEAD_MS: leadMs.default(60_000),
  /** USD, where somebody pays another price than the list says. */
  LOAD_TESTING_GCP_PRICE_VCPU_SECOND: price,
  LOAD_TESTING_GCP_PRICE_GIB_SECOND: price,
});

export type GcpSettings = z.infer<typeof settings>;

/** What has no place of its own in a name stays the newest. */
function versionOf(reference: string): SecretVersion {
  const [, secret = reference, version = 'latest'] = SECRET.exec(reference) ?? [];
  return { secret, version };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
