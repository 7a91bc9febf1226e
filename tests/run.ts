/** `npm test`: prepares what the tests need, once, with a line each; says what will be skipped and why; then runs vitest. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { preparePanel } from '../plugin/panel.ts';
import { installFrom } from '../server/tools/install.ts';
import { prepareTools } from '../server/tools/tools.ts';
import { awsSource } from './clouds/aws/python.ts';
import { prepareDiscovery } from './clouds/gcp/discovery.ts';
import { built as kubernetesBuilt } from './clouds/kubernetes/binaries.ts';
import { prepareEmbedded } from './helpers/embedded.ts';
import { kailashSource } from './helpers/kailash.ts';
import { chromium, databaseUrl, explicit, searchPath, toolsFolder } from './helpers/places.ts';
import { pythonInstall } from './helpers/python.ts';

const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
const report = (line: string) => console.log(`- ${line}`);

const problem = await preparePanel(environment, report);
if (problem !== null) {
  console.error(problem);
  process.exit(1);
}
const [kailash, aws, discovery] = await Promise.all([
  installFrom(kailashSource, pythonInstall, 'kailash', 'Kailash (the real server, for a test)', { toolsFolder, environment, onStart: report }),
  installFrom(awsSource, pythonInstall, 'aws', 'What AWS is tested against (moto, botocore)', { toolsFolder, environment, onStart: report }),
  prepareDiscovery(environment, report),
  prepareTools({ toolsFolder, searchPath, explicit, environment, report }),
  prepareEmbedded(),
]);
if (kailash !== null) report(`Kailash is not available, its test is skipped: ${kailash}`);
if (aws !== null) report(`moto and botocore are not available, the tests of AWS are skipped: ${aws}`);
if (discovery !== null) report(`The description of Cloud Run's API is not to be had, its tests are skipped: ${discovery}`);
if (!kubernetesBuilt()) report('Kubernetes is not built (npm run test:kubernetes builds it, once): the tests against a real one are skipped');
if (!chromium) report('No Chromium was found (CHROMIUM_PATH): the browser test is skipped');
if (!databaseUrl) report('DATABASE_URL is not set: the tests on PostgreSQL are skipped, those on the embedded database run');

const vitest = path.join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 1));
