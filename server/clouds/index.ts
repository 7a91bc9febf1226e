/** The places besides this server itself where a load can be made. One line each. */
import { aws } from './aws/index.ts';
import { azure } from './azure/index.ts';
import type { AnyCloud } from './cloud.ts';
import { gcp } from './gcp/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { processes } from './process/index.ts';

export const clouds: readonly AnyCloud[] = [processes, kubernetes, aws, gcp, azure];
