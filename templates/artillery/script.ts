/** ScriptInput -> the bundle: `loadtest.yml`, the processor with plan and request, the constant `instrument/`, the data files. */
import { createHash } from 'node:crypto';
import type { Bundle, ScriptFile, ScriptInput } from '../framework.ts';
import { constant, render } from '../shared/render.ts';
import { joinedHeaders, planValues } from '../shared/values.ts';

const ENTRY = 'loadtest.yml';
export const COMMAND = `artillery run ${ENTRY}`;

/** Constant files of this framework, and those of all JavaScript bundles, under their names in the bundle. */
const INSTRUMENT = ['arrivals', 'clock', 'closed', 'connections', 'environment', 'failure', 'literal', 'main-thread', 'open', 'reporter', 'request', 'schedule', 'sink', 'threads', 'virtual-users'];
const SHARED = ['judge', 'outcome'];

/** Virtual users that may arrive in one second, so that even thousands of them come without a jam. */
const ARRIVALS_PER_SECOND = 500;
/** At least so many replacements arrive each second, so that a lost virtual user is missed for 50 ms at most. */
const REPLACEMENTS_PER_SECOND = 20;

export function generate(input: ScriptInput): Bundle {
  const { generatorVersion, workflowHash, planHash } = input;
  const script = render(new URL('loadtest.yml.njk', import.meta.url), { generatorVersion, workflowHash, planHash, command: COMMAND, ...loadOf(input) });
  const processor = (scriptHash: string) =>
    render(new URL('processor.mjs.njk', import.meta.url), {
      plan: planValues(input.plan),
      request: { ...input.request, headers: joinedHeaders(input.request.headers).map(({ name, value }) => ({ name: name.toLowerCase(), value })) },
      bearer: input.request.bearerVariable !== null,
      made: { generatorVersion, workflowHash, planHash, scriptHash },
      command: COMMAND,
    });
  const scriptHash = createHash('sha256').update(script).update(processor('')).digest('hex');
  const js = (path: string, text: string): ScriptFile => ({ path, text, mediaType: 'text/javascript' });
  return {
    files: [
      { path: ENTRY, text: script, mediaType: 'application/yaml' },
      js('processor.mjs', processor(scriptHash)),
      { path: 'README.md', text: readme(input), mediaType: 'text/markdown' },
      { path: 'plan.json', text: input.planText, mediaType: 'application/json' },
      ...Object.entries(input.data).map(([path, text]) => ({ path, text, mediaType: 'application/json' })),
      ...INSTRUMENT.map((name) => js(`instrument/${name}.mjs`, constant(new URL(`instrument/${name}.mjs`, import.meta.url)))),
      ...SHARED.map((name) => js(`instrument/${name}.mjs`, constant(new URL(`../shared/bundle/${name}.js`, import.meta.url)))),
    ],
    entryFile: ENTRY,
    command: COMMAND,
  };
}

/** What loadtest.yml shows of the plan. */
function loadOf({ plan, request }: ScriptInput) {
  const usersSeconds = Math.ceil(plan.maxUsers / ARRIVALS_PER_SECOND);
  const replacementsSeconds = Math.ceil(plan.durationMs / 1000);
  const perSecond = Math.min(ARRIVALS_PER_SECOND, Math.max(REPLACEMENTS_PER_SECOND, plan.maxUsers));
  return {
    target: withoutBraces(request.baseUrl),
    path: withoutBraces(request.path),
    timeoutSeconds: Math.ceil(plan.requestTimeoutMs / 1000) + 5,
    maxUsers: plan.maxUsers,
    usersSeconds,
    replacementsSeconds,
    replacements: perSecond * replacementsSeconds,
  };
}

function readme({ plan, request, data }: ScriptInput): string {
  return render(new URL('README.md.njk', import.meta.url), {
    duration: plan.maxIterations === null ? `${plan.durationMs / 1000} s` : `${plan.maxIterations} iterations`,
    files: Object.keys(data),
    bearerVariable: request.bearerVariable,
  });
}

/** Artillery reads `{{` as a template and decodes `%`; what is really sent comes from the processor. */
function withoutBraces(address: string): string {
  const literal = address.replaceAll('{', '%7B').replaceAll('}', '%7D');
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
