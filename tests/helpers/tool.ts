/** A program that stands where a tool is expected and misbehaves as a test says: what no real tool does on demand. */
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openTools, type Tools } from '../../server/tools/tools.ts';
import { searchPath, toolsFolder } from './places.ts';

/** `behaviour`: shell lines that run in place of a load test; descriptor 3 is where sample lines go. `check`: in place of the check before it. */
export async function misbehavingLocust(behaviour: string, check = 'exit 0'): Promise<Tools> {
  return openTools({ toolsFolder, searchPath, explicit: { LOCUST_PATH: await misbehavingLocustAt(behaviour, check) } });
}

/** Its path. */
export async function misbehavingLocustAt(behaviour: string, check = 'exit 0'): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tool-'));
  const locust = `#!/bin/sh
[ "$1" = --version ] && { echo "locust 2.47.0 from here (Python 3.11.7)"; exit 0; }
case "$*" in *--list*) ${check};; esac
begin() { printf '["begin",1,"locust","2.47.0",%s000,{"planHash":"","workflowHash":"","scriptHash":"","plan":{},"host":{"os":"linux","cpus":2}}]\\n' "$(date +%s)" >&3; }
request() { printf '["req",%s,"execute",%s,"%s",200,{"exec":true}]\\n' "$1" "$2" "$3" >&3; }
${behaviour}
`;
  for (const [name, text] of [['locust', locust], ['python', '#!/bin/sh\nexit 0\n']] as const) {
    await writeFile(path.join(folder, name), text);
    await chmod(path.join(folder, name), 0o755);
  }
  return path.join(folder, 'locust');
}

/** The same in the place of k6, whose lines come through a FIFO: to the shell lines it is descriptor 3, too. */
export async function misbehavingK6(behaviour: string): Promise<Tools> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'tool-')), 'k6');
  const k6 = `#!/bin/sh
[ "$1" = version ] && { echo "k6 v2.2.0 (commit/0, go1.26, linux/amd64)"; exit 0; }
[ "$1" = inspect ] && exit 0
while [ "$1" != --console-output ]; do shift; done
exec 3>"$2"
request() { printf '["req",%s,"execute",%s,"%s",200,{"exec":true}]\\n' "$1" "$2" "$3" >&3; }
${behaviour}
`;
  await writeFile(file, k6);
  await chmod(file, 0o755);
  return openTools({ toolsFolder, searchPath, explicit: { K6_PATH: file } });
}
