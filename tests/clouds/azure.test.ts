import { describe } from 'vitest';
import { missing, openBed } from './azure/bed.ts';
import { describeCloud } from './contract.ts';

describe.skipIf(missing)(`Azure${missing ? ` (${missing})` : ''}`, () => {
  describeCloud('Azure Container Instances', openBed);
});
