/** What a verb gets beside its input: who asks, and the things that the composition root opened. */
import type { Host, Viewer } from '../plugin/host.ts';
import type { Framework } from '../templates/framework.ts';
import type { Cipher } from './db/cipher.ts';
import type { Clouds } from './clouds/clouds.ts';
import type { Db } from './db/client.ts';
import type { Feeds } from './run/feed.ts';
import type { Imports } from './run/import/imports.ts';
import type { Runner } from './run/runner.ts';
import type { Validator } from './run/validate.ts';
import type { Tools } from './tools/tools.ts';

export interface Limits {
  readonly maxUsers: number;
  readonly maxRatePerSecond: number;
  readonly maxDurationMs: number;
  readonly concurrentRuns: number;
  readonly concurrentRunsPerOrganization: number;
  readonly maxMemoryBytes: number;
  readonly maxOutputBytes: number;
  readonly maxFolderBytes: number;
  /** Of a file of results, as it is brought. */
  readonly maxImportBytes: number;
  /** Of an organization in 30 days, by estimates, USD; null: as much as it likes. */
  readonly maxCloudCost: (organizationId: string) => number | null;
  /** Origins or host names besides loopback. */
  readonly allowedTargets: readonly string[];
}

export interface Services {
  readonly db: Db;
  readonly cipher: Cipher;
  readonly host: Host;
  readonly frameworks: readonly Framework[];
  /** The operator's folder of templates; null: none. */
  readonly customTemplates: string | null;
  readonly tools: Tools;
  /** Places besides this server itself. */
  readonly clouds: Clouds;
  readonly validator: Validator;
  readonly runner: Runner;
  readonly feeds: Feeds;
  readonly limits: Limits;
  readonly imports: Imports;
}

export interface Context extends Services {
  readonly viewer: Viewer;
}
