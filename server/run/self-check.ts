/**
 * Before a long run: the same tool, with a script of the same kind, in the same sandbox, against an echo on this machine. What it measures there
 * is this machine's own part of everything that is measured afterwards. Nothing that goes wrong here ends the run.
 */
import { generateScript } from '../script/generate.ts';
import { resolvePlan } from '../script/resolve.ts';
import { readWorkflow } from '../workflow/read.ts';
import type { Endings } from './endings.ts';
import type { ConductOptions, Load } from './execute.ts';
import type { SelfCheck } from './floor.ts';
import { openRunFolder } from './folder.ts';
import { howItEnded } from './how-it-ended.ts';
import { launch } from './launch.ts';
import type { RunRecord } from './record.ts';
import { openEcho } from './self-check-echo.ts';
import { checkPlan } from './self-check-plan.ts';
import { readSamples } from './self-check-samples.ts';
import { keepTail } from './tail.ts';
import { untilEnded } from './until-ended.ts';
import { watchLimits } from './watch-limits.ts';

const DEFINITION = '{"nodes":[{"id":"echo","type":"PythonCodeNode","parameters":{}}],"edges":[]}';
/** Interpreters start slowly on a busy machine, but the user waits. */
const GIVE_UP_MS = 30_000;

/** Never rejects. null: the run was asked to end meanwhile. */
export async function selfCheck(job: Load, options: ConductOptions, endings: Endings, row: RunRecord): Promise<SelfCheck | null> {
  let result: SelfCheck;
  try {
    result = await check(job, options, endings, row);
  } catch (error) {
    row.trouble(error);
    result = { problem: 'The server failed at it. Its log says more.' };
  }
  return endings.asked() ? null : result;
}

async function check({ framework, executable, plan: { load } }: Load, options: ConductOptions, endings: Endings, row: RunRecord): Promise<SelfCheck> {
  await using resources = new AsyncDisposableStack();
  const onTrouble = (error: unknown) => row.trouble(error);
  const echo = resources.use(await openEcho());
  const plan = resolvePlan(checkPlan(load, echo.url));
  const { workflow } = readWorkflow(DEFINITION);
  if (!workflow) throw new Error('the workflow of the self-check can be read');
  // Without the templates of the operator: they may send requests of their own, and not to the echo.
  const { script } = generateScript(framework, workflow, plan, null);
  const folder = await openRunFolder(options.runsFolder, row.id, script, options.searchPath);
  resources.defer(() => folder.remove().catch(onTrouble));

  const tool = await launch({ ...options, framework, executable, version: row.frameworkVersion, entryFile: script.entryFile, variables: {}, folder, onTrouble }, resources);
  const output = { stdout: keepTail(tool.stdout), stderr: keepTail(tool.stderr) };
  /** Why it is not waited for any longer. */
  const problem = Promise.withResolvers<string>();
  const timer = setTimeout(() => problem.resolve(`${framework.name} took longer than ${GIVE_UP_MS / 1000} s for it.`), GIVE_UP_MS);
  resources.defer(() => clearTimeout(timer));
  const printedBytes = () => output.stdout.bytes + output.stderr.bytes;
  using _limits = tool.pid === null ? null : watchLimits(options.limits, { toolName: framework.name, group: tool.pid, folder: folder.base, printedBytes, onReached: problem.resolve, onTrouble });
  const samples = readSamples(tool.samples, plan, onTrouble);

  const asked = Promise.race([problem.promise, endings.first.then(({ message }) => message)]);
  const over = await untilEnded(tool, { asked, reading: samples.over, graceMs: () => options.stopGraceMs });
  if (over.asked !== null) return { problem: over.asked };
  const { cause, message } = howItEnded(framework, { exit: over.exit, end: samples.end(), stdout: output.stdout.text(), stderr: output.stderr.text() }, plan);
  return cause === 'planned_end' ? samples.result() : { problem: message };
}
