/** How k6 ended, by its exit code: https://grafana.com/docs/k6/latest/using-k6/exit-codes/ */
import type { Exit, ToolEnding } from '../framework.ts';

const PASSED = 0;
/** A threshold failed: that is a verdict (failed, or not evaluated), not a failure of the tool. */
const THRESHOLDS_FAILED = 99;
/** SIGINT or SIGTERM; the REST interface. */
const STOPPED = [105, 103];
/** In init, and when it has nothing left to do but its summary, k6 does not catch signals. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM'];

export function ending({ code, signal }: Exit): ToolEnding {
  if (code === PASSED) return 'ok';
  if (code === THRESHOLDS_FAILED) return 'objectives_failed';
  if ((code !== null && STOPPED.includes(code)) || (signal !== null && STOP_SIGNALS.includes(signal))) return 'interrupted';
  return 'broke';
}

/** Stack frames, warnings that come with every failed request and answers of the target say nothing about why k6 ended. */
const NOISE = [/^\s*at /, /(^|msg=")load test: the target answered /, /^Request Failed/, /^Insufficient VUs/, /^No script iterations fully finished/];

const GAVE_UP = /^(fatal error|panic): /;

/** The last line on stderr that says something; k6 writes its own log there, one message a line. */
export function problemFrom(stderr: string, _stdout: string): string | null {
  const lines = stderr.split('\n').map((line) => line.trimEnd()).filter((line) => line.trim() !== '' && !NOISE.some((noise) => noise.test(line)));
  // When Go gives up, the traces of all its threads follow.
  const last = lines.find((line) => GAVE_UP.test(line)) ?? lines.at(-1);
  return last === undefined ? null : shortened(messageOf(last)).slice(0, 500);
}

/** `exec.test.abort()`, with which a script tells that it broke. */
const ABORTED = /^test aborted: the script broke: /;

/** Without what k6 puts before its reason, and without the folder that the script happened to lie in. */
function shortened(message: string): string {
  return message
    .replace(ABORTED, '')
    .replace(/^load test: /, '')
    .replace(/^could not initialize '[^']*': /, '')
    .replace(/^could not load JS test '[^']*': /, '')
    .replace(/file:\/\/\S*\/([^\s/]+)/g, '$1');
}

/** `--log-format raw` gives the message alone; k6's default wraps it: time="..." level=error msg="..." */
function messageOf(line: string): string {
  const wrapped = /\bmsg=("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  if (wrapped === undefined) return line.trim();
  try {
    return String(JSON.parse(wrapped)).trim().split('\n')[0] ?? '';
  } catch {
    return wrapped;
  }
}
