import { describe } from 'vitest';
import { missing, openBed } from './aws/bed.ts';
import { describeCloud, SECRET } from './contract.ts';

describe.skipIf(missing)(`AWS${missing ? ` (${missing})` : ''}`, () => {
  describeCloud('AWS ECS on Fargate', (options) => openBed({ ...options, secrets: { TOKEN: SECRET } }));
});
