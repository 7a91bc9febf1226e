/** Locust: Python and gevent, one core. See README.md in this folder. */
import type { Framework } from '../framework.ts';
import { checkCommands, runCommand } from './command.ts';
import { ending, problemFrom } from './ending.ts';
import { causes, exitCodes } from './endings.ts';
import { generate, instrument } from './generate.ts';
import { halfCharacters } from '../shared/half-characters.ts';
import { results } from './results/index.ts';
import { tool } from './tool.ts';

export const locust: Framework = {
  key: 'locust',
  name: 'Locust',
  description: 'Python: scripts that Python developers read and extend. One core drives some thousand requests per second.',
  loadModels: ['closed', 'open'],
  cores: 'one',
  clock: 'monotonic',
  /** 2,500/s for 8 s were all sent, each within 19 ms of its time (Locust 2.47, two shared cores); the most that was seen is twice that. */
  requestsPerSecondOfCore: 2500,
  tool,
  results,
  /** Every plan of the two models can be run. */
  refuse: halfCharacters,
  generate,
  instrument,
  run: runCommand,
  check: checkCommands,
  ending,
  exitCodes,
  causes,
  problemFrom,
};
