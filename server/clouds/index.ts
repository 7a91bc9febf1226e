/** The places besides this server itself where a load can be made. One line each. */
import { aws } from './aws/index.ts';
import { azure } from './azure/index.ts';
import type { Cloud } from './cloud.ts';
import { gcp } from './gcp/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { processes } from './process/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: each has settings of its own, and only what it parsed itself comes back to it.
export const clouds: readonly Cloud<any>[] = [processes, kubernetes, aws, gcp, azure];
