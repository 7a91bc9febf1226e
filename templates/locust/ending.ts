/** What Locust's exit code says, and what its output says when it broke. */
import type { Exit, ToolEnding } from '../framework.ts';

/** Exit codes of a bundle's driver (`instrument/ending.py`). Everything else is Locust, Python or the system. */
const ENDINGS: Readonly<Record<number, ToolEnding>> = { 0: 'ok', 99: 'objectives_failed', 130: 'interrupted', 143: 'interrupted' };

/** A second SIGINT ends the process at once; one before the driver listens ends it by the signal. */
const STOP_SIGNALS: readonly string[] = ['SIGINT', 'SIGTERM'];

export function ending({ code, signal }: Exit): ToolEnding {
  if (signal !== null) return STOP_SIGNALS.includes(signal) ? 'interrupted' : 'broke';
  return (code === null ? undefined : ENDINGS[code]) ?? 'broke';
}

/** An answer of the target is no reason why the tool broke. */
const ANSWER = /^load test: the target answered /;

/** The last line that names an error: our own ("load test: ..."), Python's ("NameError: ..."), or Locust's. */
export function problemFrom(stderr: string, stdout: string): string | null {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !ANSWER.test(line));
  const own = lines.findLast((line) => line.startsWith('load test: '));
  if (own) return own.slice('load test: '.length);
  const python = lines.findLast((line) => /^[\w.]*(Error|Exception|Interrupt)\b(:|$)/.test(line));
  if (python) return python;
  const logged = lines.map((line) => /\/(?:ERROR|CRITICAL)\/\S+: (.+)$/.exec(line)?.[1]).findLast(Boolean);
  return logged ?? lines.findLast((line) => /\berror: /.test(line)) ?? null;
}
