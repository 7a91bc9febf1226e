/** The command lines for a run by this server and for the check before it: nothing of the machine's own k6 settings comes in. */
import type { Command, RunCommand, RunRequest } from '../framework.ts';

const HERMETIC = {
  // An import that k6 does not know would otherwise be looked for on the network.
  K6_AUTO_EXTENSION_RESOLUTION: 'false',
  K6_NO_USAGE_REPORT: 'true',
  // HTTP/1.1 to https targets too, and no proxy: only k6's environment decides both.
  GODEBUG: 'http2client=0',
  NO_PROXY: '*',
};
/** An empty configuration of the bundle instead of the user's own. */
const CONFIG = ['--config', 'instrument/config.json'];

/** `--console-output` takes what the script logs as it comes, `--log-format raw` leaves it as it is; k6's own log stays on stderr. */
export function run({ executable, version, entryFile, fifo }: RunRequest): RunCommand {
  return {
    file: executable,
    args: ['run', '--quiet', '--no-color', ...CONFIG, '--log-format', 'raw', '--console-output', fifo, entryFile],
    env: { ...HERMETIC, LOAD_TEST_SAMPLES: 'console', ...(version ? { LOAD_TEST_TOOL_VERSION: version } : {}) },
    samples: 'fifo',
  };
}

/** Runs the script's init code and validates its options. Plain `inspect` would accept thresholds that `run` refuses. */
export function check({ executable, entryFile }: RunRequest): Command[] {
  return [
    {
      file: executable,
      args: ['inspect', '--no-color', ...CONFIG, '--log-format', 'raw', '--include-system-env-vars', '--execution-requirements', entryFile],
      env: HERMETIC,
    },
  ];
}
