/** How Locust comes to the machine: from `tool/requirements.lock` into a Python environment of its own. */
import type { Tool } from '../framework.ts';
import { versionsOf } from '../shared/range.ts';

// The connection hooks of the instrument and the order of Locust's events were read and run in 2.47.0.
const range = '>=2.47.0 <3';

export const tool: Tool = {
  pathVariable: 'LOCUST_PATH',
  executable: 'locust',
  versionArgs: ['--version'],
  // `locust 2.47.0 from /usr/lib/... (Python 3.11.7, OpenSSL 3.0.13)`
  parseVersion: (output) => /^locust (\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  range,
  install: { kind: 'python', requirements: 'requirements.lock', executable: 'bin/locust' },
  hint: `Install Python 3.11 or newer and start again: Locust is then installed by itself. Or set LOCUST_PATH to a Locust of your own (${versionsOf({ range }).words}).`,
};
