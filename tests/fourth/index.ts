/**
 * A fourth framework, used only in tests: it proves that adding one is a folder and a line in the list. A Node script that takes all
 * rules from the shared bundle, and adds what a framework is for: when iterations start, and how a request is sent.
 */
import type { Bundle, Framework, ScriptFile, ScriptInput } from '../../templates/framework.ts';
import { givenFiles, refusedAddresses } from '../../templates/shared/files.ts';
import { halfCharacters } from '../../templates/shared/half-characters.ts';
import { withOwnHash } from '../../templates/shared/own-hash.ts';
import { constant, render } from '../../templates/shared/render.ts';
import { flowValues, madeValues, planValues } from '../../templates/shared/values.ts';

const SHARED = ['addresses', 'alternate', 'body', 'checks', 'fit', 'histogram', 'inputs', 'journey', 'judge', 'objective', 'outcome', 'plan', 'share', 'stages', 'table', 'token', 'told', 'variables', 'watch'];
const OWN = ['environment', 'load', 'run', 'user', 'verdict', 'wire'];

const instrument = (name: string, folder: string): ScriptFile => ({
  path: `instrument/${name}.js`,
  text: constant(new URL(`${folder}/${name}.js`, import.meta.url)),
  mediaType: 'text/javascript',
});

function generate(input: ScriptInput): Bundle {
  const { generatorVersion, planHash, workflowHash, variables } = input;
  const values = { generatorVersion, planHash, workflowHash, variables, plan: planValues(input.plan), flow: flowValues(input.flow) };
  const script = withOwnHash((scriptHash) => render(new URL('./loadtest.js.njk', import.meta.url), { ...values, made: madeValues(input, scriptHash) }, input.customTemplates));
  const files: ScriptFile[] = [
    { path: 'loadtest.js', text: script, mediaType: 'text/javascript' },
    { path: 'package.json', text: '{ "type": "module" }\n', mediaType: 'application/json' },
    ...givenFiles(input),
    refusedAddresses,
    ...SHARED.map((name) => instrument(name, '../../templates/shared/bundle')),
    ...OWN.map((name) => instrument(name, './instrument')),
  ];
  return { files, entryFile: 'loadtest.js', command: 'node loadtest.js' };
}

export const fourth: Framework = {
  key: 'fourth',
  name: 'Fourth',
  description: 'Node alone, for tests.',
  loadModels: ['closed', 'open'],
  cores: 'one',
  clock: 'monotonic',
  requestsPerSecondOfCore: 1000,
  tool: {
    pathVariable: 'FOURTH_PATH',
    executable: 'node',
    versionArgs: ['--version'],
    parseVersion: (output) => /^v(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? null,
    range: '>=24',
    install: null,
    hint: 'It is Node.',
  },
  refuse: halfCharacters,
  instrument: [],
  generate,
  run: ({ executable, entryFile }) => ({ file: executable, args: [entryFile], env: { LOAD_TEST_SAMPLES: 'fd:3' }, samples: 'descriptor' }),
  check: ({ executable, entryFile }) => [{ file: executable, args: ['--check', entryFile], env: {} }],
  ending({ code, signal }) {
    if (signal === 'SIGINT' || signal === 'SIGTERM' || code === 130) return 'interrupted';
    if (code === 0) return 'ok';
    return code === 99 ? 'objectives_failed' : 'broke';
  },
  exitCodes: { 0: 'passed', 1: 'an exception in the script', 99: 'objectives not met, or not evaluated', 130: 'interrupted by SIGINT' },
  causes: [{ says: /Cannot find (?:module|package) '([^']+)'/, means: (what) => `A module is missing: ${what}.` }],
  problemFrom: (stderr) => /^load test: (.*)$/m.exec(stderr)?.[1] ?? stderr.trim().split('\n').at(-1) ?? null,
};
