/** `npm run test:kubernetes`: builds a real Kubernetes, once, and runs the tests that need one against it. */
import { build } from './binaries.ts';

const problem = await build((line) => console.log(`- ${line}`));
if (problem !== null) console.log(`- Kubernetes is not available, its tests are skipped: ${problem}`);
process.argv.push('tests/clouds/kubernetes/');
await import('../../run.ts');
