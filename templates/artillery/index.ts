/** Artillery: the plan's virtual users are Artillery's, its HTTP client makes the requests; when, is decided by the processor. */
import type { Framework } from '../framework.ts';
import { halfCharacters } from '../shared/half-characters.ts';
import { check, run } from './command.ts';
import { ending, problemFrom } from './ending.ts';
import { causes, exitCodes } from './endings.ts';
import { results } from './results/index.ts';
import { generate, instrument } from './script.ts';
import { tool } from './tool.ts';

export const artillery: Framework = {
  key: 'artillery',
  name: 'Artillery',
  description: 'Runs on Node.js. A script in YAML and a processor in JavaScript; about 1000 requests a second, on one core.',
  loadModels: ['closed', 'open'],
  cores: 'one',
  clock: 'monotonic',
  /** 1,000 to 1,200/s are all that its one worker sends (Artillery 2.0.34). */
  requestsPerSecondOfCore: 1000,
  tool,
  results,
  /** Every plan of the two models can be run. */
  refuse: halfCharacters,
  generate,
  instrument,
  run,
  check,
  ending,
  exitCodes,
  causes,
  problemFrom,
};
