import type { Agent } from 'node:http';

export declare function guarded<T extends typeof Agent>(agent: T): T;
