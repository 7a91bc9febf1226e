/** `ci test.json`: generates, runs, judges, compares, writes. It ends with the exit code of `arguments.ts`. */
import path from 'node:path';
import { type Framework, frameworks } from '../../templates/index.ts';
import type { DatabasePlace } from '../../server/db/client.ts';
import { Refusal } from '../../server/refusal.ts';
import { unseenEffects } from '../../server/run/effects/unseen.ts';
import { variablesOf } from '../../server/run/variables.ts';
import { byHandWarnings } from '../../server/script/by-hand.ts';
import { type Generated, generateScript } from '../../server/script/generate.ts';
import { prepareTools } from '../../server/tools/tools.ts';
import { type CiConfig, readCiConfig } from '../config.ts';
import { type Arguments, HELP, readArguments } from './arguments.ts';
import { reach, type Server, ServerTrouble } from './bring.ts';
import { exitCodeOf, Interruption } from './interruption.ts';
import { runLoad } from './load.ts';
import { conclude } from './conclude.ts';
import { Results } from './results.ts';
import { at, readTestFile, serverAddress, type TestFile } from './test-file.ts';

const NOT_RUN = 2;
/** A bug of ours, or a machine that cannot. */
const BROKE = 1;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  // A reader that is gone is no reason to leave a load behind.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  using interruption = new Interruption();
  let file = '';
  let results: Results | null = null;
  try {
    const config = settings();
    const given = readArguments(args);
    if (given === null) {
      say(HELP);
      return 0;
    }
    file = given.file;
    results = await Results.empty(path.resolve(config.startedIn, given.out));
    return await ci(given, config, results, interruption);
  } catch (error) {
    if (interruption.by !== null) return exitCodeOf(interruption.by);
    const sentences = sentencesOf(error, file);
    for (const line of sentences) complain(line);
    const code = error instanceof Refusal ? NOT_RUN : BROKE;
    await results?.writeNothing(file, sentences, code);
    return code;
  }
}

function settings(): CiConfig {
  try {
    return readCiConfig();
  } catch (error) {
    throw new Refusal('invalid_input', (error as Error).message);
  }
}

/** Told before the load, which may take an hour. */
async function requireServer(server: Server, loadTestId: string | null, isRequired: boolean): Promise<void> {
  try {
    await reach(server, loadTestId);
  } catch (error) {
    if (!(error instanceof ServerTrouble)) throw error;
    if (isRequired) throw new Refusal('invalid_input', `${error.message} Nothing was run.`);
    say(`Note: ${error.message} It is tried again after the load; without it the verdict is that of this machine alone.`);
  }
}

/** @param database where the lines are judged: nobody else's, and empty */
export async function ci(given: Arguments, config: CiConfig, results: Results, interruption: Interruption, database: DatabasePlace = { memory: true }): Promise<number> {
  if (config.environment['LOAD_TEST_SHARD']) throw new Refusal('invalid_input', 'LOAD_TEST_SHARD is set, and one share of a test says nothing of the whole of it: unset it.');
  const test = await readTestFile(path.resolve(config.startedIn, given.file), frameworks, config.environment['LOAD_TEST_TARGET'] || null);
  const server = serverOf(given, test);
  const generated = at('plan', () => generateScript(test.framework, test.workflow, test.plan, config.customTemplates, test.baseline));
  // What a bare script cannot judge is judged here all the same.
  const byHand = byHandWarnings(test.plan);
  for (const warning of generated.script.warnings.filter((each) => !byHand.includes(each))) say(`Note: ${warning}`);
  requireAcknowledgement(test, config.customTemplates, generated);
  const variables = await variablesFor(generated, config);
  if (server !== null) await requireServer({ url: server, token: config.token, signal: interruption.signal }, test.loadTestId, given.requireServer);
  const tool = await toolOf(test.framework, config, interruption.signal);
  if (interruption.by !== null) return exitCodeOf(interruption.by);

  const broke = await runLoad({ ...test, tool, script: generated.script, variables, settings: settingsIn(config), samples: results.samples, config, interruption });
  return conclude({ test, results, broke, interruption, database, notEvaluated: given.notEvaluated, requireServer: given.requireServer, server: server === null ? null : { url: server, token: config.token, signal: interruption.signal } });
}

function serverOf({ server, requireServer }: Arguments, test: TestFile): string | null {
  const url = server ?? test.server;
  if (url === null && requireServer) throw new Refusal('invalid_input', '--require-server needs a server: give --server URL, or "server" in the file.');
  const parsed = serverAddress.safeParse(url ?? 'http://localhost');
  if (!parsed.success) throw new Refusal('invalid_input', `--server: ${parsed.error.issues[0]?.message}`);
  return url;
}

/** Load does for real what the workflow does outside: whoever wrote the file has seen what that is. */
function requireAcknowledgement({ acknowledgedEffects, framework, workflow, writtenPlan, baseline }: TestFile, customTemplates: string | null, { script: { effects } }: Generated): void {
  const unseen = unseenEffects(effects);
  if (unseen === null || acknowledgedEffects === effects.hash) return;
  // Whoever gives this pipeline another target answers for it.
  if (acknowledgedEffects !== null && acknowledgedEffects === generateScript(framework, workflow, writtenPlan, customTemplates, baseline).script.effects.hash) return;
  const acting = effects.items.filter(({ mayAct }) => !mayAct).map(({ nodeId, kind, detail, plannedTimes }) => `  ${[`${nodeId}: ${kind}`, detail, plannedTimes && `${plannedTimes} times`].filter(Boolean).join(', ')}`);
  for (const line of acting) complain(line);
  throw new Refusal(unseen.code, unseen.message, { problems: [{ path: 'acknowledgedEffects', message: `${unseen.message} "acknowledgedEffects": "${effects.hash}"` }] });
}

/** A variable that is set wins over what stands in the definition: that may be an example. */
async function variablesFor({ script, secretValues }: Generated, { environment }: CiConfig): Promise<Readonly<Record<string, string>>> {
  const { values, missing, unfit } = await variablesOf(script, {}, async (name) => environment[name] || (secretValues[name] ?? null));
  if (unfit[0]) throw new Refusal('invalid_input', 'A variable does not fit.', { problems: unfit });
  if (missing.length === 0) return values;
  const holding = script.variables.filter(({ name }) => missing.includes(name)).map(({ name, holds }) => `${name} (${holds})`);
  throw new Refusal('environment_missing', `The script needs ${holding.join(', ')}: set ${missing.length === 1 ? 'this variable' : 'these variables'} in the environment of this step.`);
}

const SETTINGS = ['LOAD_TEST_CA', 'SSL_CERT_FILE'];

/** Files that every script reads; a relative path is meant from here. */
function settingsIn({ environment, startedIn }: CiConfig): Readonly<Record<string, string>> {
  const set = SETTINGS.flatMap((name) => (environment[name] ? [[name, environment[name]] as const] : []));
  return Object.fromEntries(set.map(([name, value]) => [name, path.resolve(startedIn, value)]));
}

async function toolOf(framework: Framework, { dataFolder, toolPaths, searchPath, environment }: CiConfig, signal: AbortSignal) {
  const tools = await prepareTools({ toolsFolder: path.join(dataFolder, 'tools'), explicit: toolPaths, searchPath, environment, report: say, frameworks: [framework], signal });
  const tool = await tools.find(framework.key);
  if (!tool.available) throw new Refusal('framework_unavailable', `${tool.problem} ${framework.tool.hint}`);
  return tool;
}

/** Where in the file, and what; of a bug all that is known. */
function sentencesOf(error: unknown, file: string): string[] {
  if (!(error instanceof Refusal)) return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  if (error.problems.length === 0) return [error.message];
  return error.problems.map(({ path: place, message }) => [file, place, message].filter((part) => part !== '').join(': '));
}
