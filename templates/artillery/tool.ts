/** Artillery as a program: how it comes to the machine, is found and tells its version. */
import type { Tool } from '../framework.ts';
import { versionsOf } from '../shared/range.ts';

const range = '>=2.0.34 <2.1.0';

export const tool: Tool = {
  pathVariable: 'ARTILLERY_PATH',
  executable: 'artillery',
  versionArgs: ['version'],
  parseVersion: (output) => /^Artillery:\s*(\d+\.\d+\.\d+\S*)/m.exec(output)?.[1] ?? null,
  range,
  install: { kind: 'npm', executable: 'node_modules/.bin/artillery', afterwards: 'index-commands.mjs' },
  hint: `It is installed with npm from templates/artillery/tool the first time the product starts. Or: npm install --global artillery@${versionsOf({ range }).least}, with Node 22.18 or newer.`,
};
