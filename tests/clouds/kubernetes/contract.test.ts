import { describe } from 'vitest';
import { describeCloud } from '../contract.ts';
import { openBed } from './bed.ts';
import { missing } from './cluster.ts';

describe.skipIf(missing)(`shards on a real Kubernetes${missing ? ` (${missing})` : ''}`, () => describeCloud('Kubernetes', openBed));
