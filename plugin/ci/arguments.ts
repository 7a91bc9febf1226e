/** What stands behind the command, by node:util's rules. Pure. */
import { parseArgs } from 'node:util';
import { Refusal } from '../../server/refusal.ts';

export const HELP = `Runs a load test in a pipeline, without any server: ci [options] test.json

  test.json          {"framework", "workflow": {"definition"}, "plan"}, and where there is a server {"server", "loadTestId"}
  --out FOLDER       where verdict.json, junit.xml, summary.md and samples.ndjson.gz go (load-test-results)
  --not-evaluated N  the exit code when nothing failed, but not all could be judged (99, as a failed one)
  --server URL       brings the results there, and compares them with the pinned baseline; token: LOAD_TESTING_TOKEN
  --require-server   ends with 2 when that did not work; else it is only told
  --help

Exit codes: 0 passed, 99 failed or not evaluated, 1 the tool (or this command) broke, 2 nothing was run (or --require-server), 128 + signal interrupted.
`;

export interface Arguments {
  readonly file: string;
  readonly out: string;
  /** null: the one in the file, if there is one. */
  readonly server: string | null;
  readonly requireServer: boolean;
  /** An exit code. */
  readonly notEvaluated: number;
}

/** As the scripts have it. */
export const OBJECTIVES_FAILED = 99;

const options = {
  out: { type: 'string', default: 'load-test-results' },
  server: { type: 'string' },
  'require-server': { type: 'boolean', default: false },
  'not-evaluated': { type: 'string', default: String(OBJECTIVES_FAILED) },
  help: { type: 'boolean', default: false },
} as const;

/** null: help is wanted. Throws a Refusal. */
export function readArguments(args: readonly string[]): Arguments | null {
  const { values, positionals } = parsed(args);
  if (values.help) return null;
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw usage('Give one file: ci test.json.');
  return { file, out: values.out, server: values.server ?? null, requireServer: values['require-server'], notEvaluated: exitCode(values['not-evaluated']) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Its first sentence; the next one tells of positionals.
    throw usage(`${(error as Error).message.split('. ', 1)[0]}.`);
  }
}

/** Not 0: nothing passes on nothing. */
function exitCode(text: string): number {
  const code = Number(text);
  if (/^\d+$/.test(text) && code >= 1 && code <= 255) return code;
  throw usage('--not-evaluated takes an exit code from 1 to 255.');
}

function usage(message: string): Refusal {
  return new Refusal('invalid_input', `${message} See --help.`);
}
