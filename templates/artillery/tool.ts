/** Artillery as a program: how it comes to the machine, is found and tells its version. */
import type { Tool } from '../framework.ts';

export const tool: Tool = {
  pathVariable: 'ARTILLERY_PATH',
  executable: 'artillery',
  versionArgs: ['version'],
  parseVersion: (output) => /^Artillery:\s*(\d+\.\d+\.\d+\S*)/m.exec(output)?.[1] ?? null,
  range: '>=2.0.34 <2.1.0',
  install: { kind: 'npm', folder: 'tool', executable: 'node_modules/.bin/artillery' },
  hint: 'It is installed with npm from templates/artillery/tool the first time the product starts. Or: npm install --global artillery@2.0.34, with Node 22.18 or newer.',
};
