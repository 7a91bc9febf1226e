/** k6: a Go program that runs JavaScript. What is particular about it stands in this folder's README. */
import type { Framework } from '../framework.ts';
import { check, run } from './command.ts';
import { connectionWarnings } from './connections.ts';
import { ending, problemFrom } from './ending.ts';
import { causes, exitCodes } from './endings.ts';
import { generate, instrument } from './generate.ts';
import { memoryWarnings } from './memory.ts';
import { refuse } from './refuse.ts';
import { results } from './results/index.ts';
import { stopWarnings } from './stops.ts';
import { tool } from './tool.ts';

export const k6: Framework = {
  key: 'k6',
  name: 'k6',
  description: 'One fast program with little overhead per user: the one for many users and high rates. Scripts are JavaScript.',
  loadModels: ['closed', 'open'],
  cores: 'all',
  clock: 'wall',
  /** Safe on a core that does other things too; two quiet ones sent 1,500/s without a trace in the percentiles (k6 2.2, the target on the same machine). */
  requestsPerSecondOfCore: 500,
  tool,
  results,
  refuse,
  warnings: (input) => [...connectionWarnings(input), ...memoryWarnings(input), ...stopWarnings(input)],
  generate,
  instrument,
  run,
  check,
  ending,
  exitCodes,
  causes,
  problemFrom,
};
