/** `npm run bench`: every file of this folder, one after the other, each in a process of its own. What counts are ratios within one run. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && name !== 'run.ts' && !name.startsWith('_'));
for (const name of files) {
  console.log(`\n# ${name}`);
  const code = await new Promise<number | null>((resolve) => {
    spawn(process.execPath, ['--expose-gc', path.join(import.meta.dirname, name)], { stdio: 'inherit' }).on('exit', resolve);
  });
  if (code !== 0) process.exitCode = 1;
}
