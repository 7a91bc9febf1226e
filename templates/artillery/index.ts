/** Artillery: the plan's virtual users are Artillery's, its HTTP client makes the requests; when, is decided by the processor. */
import type { Framework } from '../framework.ts';
import { check, run } from './command.ts';
import { ending, problemFrom } from './ending.ts';
import { generate } from './script.ts';
import { tool } from './tool.ts';

export const artillery: Framework = {
  key: 'artillery',
  name: 'Artillery',
  description: 'Runs on Node.js. A script in YAML and a processor in JavaScript; about 1,000 requests a second, on one core.',
  loadModels: ['closed', 'open'],
  tool,
  /** Every plan of the two models can be run; a header of this name would be lost on the way through Artillery's objects. */
  refuse: ({ request }) =>
    request.headers.some(({ name }) => name === '__proto__') ? [{ path: 'target.headers', message: 'Artillery cannot send a header named __proto__.' }] : [],
  generate,
  run,
  check,
  ending,
  problemFrom,
};
