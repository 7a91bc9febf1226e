/** ScriptInput -> the bundle: `loadtest.yml`, the processor with plan and flow, the constant `instrument/`, the data files. */
import type { Bundle, ScriptFile, ScriptFlow, ScriptInput, ScriptPlan, ScriptRequest } from '../framework.ts';
import { givenFiles, refusedAddresses } from '../shared/files.ts';
import { withOwnHash } from '../shared/own-hash.ts';
import { versionsOf } from '../shared/range.ts';
import { constant, render } from '../shared/render.ts';
import { anyJson, flowValues, madeValues, planValues, readmeValues, variableValues } from '../shared/values.ts';
import { tool } from './tool.ts';

const ENTRY = 'loadtest.yml';
export const COMMAND = `artillery run ${ENTRY}`;

/** Constant files of this framework, and those of all JavaScript bundles, under their names in the bundle. */
const INSTRUMENT = [
  'arrivals', 'clock', 'closed', 'connections', 'cookies', 'environment', 'literal', 'load-test', 'main-thread', 'material', 'node-version', 'open', 'phases', 'reporter', 'request', 'schedule', 'score',
  'sink', 'threads', 'virtual-user', 'virtual-users',
];
const SHARED = ['addresses', 'alternate', 'body', 'checks', 'failure', 'fit', 'histogram', 'inputs', 'journey', 'judge', 'objective', 'outcome', 'plan', 'segments', 'share', 'stages', 'table', 'token', 'told', 'variables', 'watch'];

const js = (path: string, text: string): ScriptFile => ({ path, text, mediaType: 'text/javascript' });

export const instrument: readonly ScriptFile[] = [
  // The shared files are modules, whatever the package says that the bundle is put into.
  { path: 'instrument/package.json', text: '{\n  "type": "module"\n}\n', mediaType: 'application/json' },
  refusedAddresses,
  ...INSTRUMENT.map((name) => js(`instrument/${name}.mjs`, constant(new URL(`instrument/${name}.mjs`, import.meta.url)))),
  ...SHARED.map((name) => js(`instrument/${name}.js`, constant(new URL(`../shared/bundle/${name}.js`, import.meta.url)))),
];

/** Virtual users that may arrive in one second, so that even thousands of them come without a jam. */
const ARRIVALS_PER_SECOND = 500;
/** At least so many replacements arrive each second: one lost virtual user is missed for 50 ms at most. */
const REPLACEMENTS_PER_SECOND = 20;

export function generate(input: ScriptInput): Bundle {
  const { generatorVersion, workflowHash, baselineHash, planHash, plan, flow, variables, customTemplates } = input;
  const requests = requestsOf(flow);
  const written = { generatorVersion, workflowHash, baselineHash, planHash, command: COMMAND };
  const script = render(new URL('loadtest.yml.njk', import.meta.url), { ...written, target: withoutTemplates(flow.baseUrl), requests, ...loadOf(plan) }, customTemplates);
  const processor = (scriptHash: string) =>
    render(
      new URL('processor.mjs.njk', import.meta.url),
      {
        plan: planValues(plan),
        flow: flowValues(flow),
        variables: variableValues(variables),
        anyJson: anyJson(variables),
        made: { generatorVersion, ...madeValues(input, scriptHash) },
        requests,
        command: COMMAND,
      },
      customTemplates,
    );
  return {
    files: [
      { path: ENTRY, text: script, mediaType: 'application/yaml' },
      js('processor.mjs', withOwnHash(processor, script)),
      { path: 'README.md', text: render(new URL('README.md.njk', import.meta.url), { ...readmeValues(input), versions: versionsOf(tool) }, customTemplates), mediaType: 'text/markdown' },
      ...givenFiles(input),
      ...instrument,
    ],
    entryFile: ENTRY,
    command: COMMAND,
  };
}

/** What loadtest.yml shows of the plan. */
function loadOf(plan: ScriptPlan) {
  const usersSeconds = Math.ceil(plan.maxUsers / ARRIVALS_PER_SECOND);
  const replacementsSeconds = Math.ceil(plan.durationMs / 1000);
  const perSecond = replacementsPerSecond(plan);
  return {
    maxUsers: plan.maxUsers,
    usersSeconds,
    replacementsSeconds,
    replacements: perSecond * replacementsSeconds,
  };
}

/** All users at once are back within a second. A target that refuses takes the user of each start: the next one must have come before the next start. The same as in phases.mjs. */
function replacementsPerSecond({ model, stages, maxUsers }: ScriptPlan): number {
  const forUsers = Math.min(ARRIVALS_PER_SECOND, Math.max(REPLACEMENTS_PER_SECOND, maxUsers));
  return model === 'open' ? Math.max(forUsers, Math.ceil(2 * Math.max(...stages.map(({ target }) => target)))) : forUsers;
}

/** What loadtest.yml shows of the flow. The functions' names come from a request's place in it, so that no text names one. */
function requestsOf({ login, setUp, execute, baseline, poll }: ScriptFlow) {
  const shown = (isTurn: string, { name, method, path }: ScriptRequest) => ({ isTurn, name, verb: method.toLowerCase(), url: withoutTemplates(path) });
  return [
    ...(login ? [shown('isLogin', login)] : []),
    ...setUp.map((request) => shown(request.takes?.value === 'workflow' ? 'isWorkflow' : 'isSession', request)),
    shown('isExecute', execute),
    ...(baseline ? [shown('isBaseline', baseline)] : []),
    ...(poll ? [shown('isPoll', poll)] : []),
  ];
}

/** Artillery reads `{{` as a template and decodes `%` for its own summary; what is really sent comes from the processor. */
function withoutTemplates(address: string): string {
  const literal = address.replaceAll('{{', '%7B%7B').replaceAll('}}', '%7D%7D');
  return isDecodable(literal) ? literal : literal.replaceAll('%', '%25');
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
