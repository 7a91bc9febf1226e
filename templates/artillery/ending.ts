/** What Artillery's exit means, apart from the verdict. */
import type { Exit, ToolEnding } from '../framework.ts';

const OBJECTIVES_FAILED = 99;
/** 128 + signal: Artillery's own codes after SIGINT and SIGTERM. */
const INTERRUPTED = [130, 143];

export function ending({ code, signal }: Exit): ToolEnding {
  if (code === 0) return 'ok';
  if (code === OBJECTIVES_FAILED) return 'objectives_failed';
  if (signal === 'SIGINT' || signal === 'SIGTERM' || (code !== null && INTERRUPTED.includes(code))) return 'interrupted';
  return 'broke';
}

/** An answer of the target is no reason why the tool broke. */
const ANSWER = /^load test: the target answered /;

/** What the check says (`loadtest.yml:12: ...`) or the processor (`load test: ...`), else Node's last word (no memory), else Artillery's own error, else the last line of standard error; of several of a kind the last one. */
export function problemFrom(stderr: string, stdout: string): string | null {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim()).filter((line) => !ANSWER.test(line));
  const said = [/^[\w.-]+\.yml:\d+: (.+)/, /^load test: (.+)/, /^FATAL ERROR: (.+)/, /^Error: (.+)/, /^(Scenario validation error: .+)/, /^(?:\w*Error)(?: \[\w+\])?: (.+)/, /^(WARNING: .+)/];
  for (const pattern of said) {
    const found = lines.findLast((line) => pattern.test(line));
    if (found) return pattern.exec(found)?.[1] ?? null;
  }
  return lines.filter((line) => stderr.includes(line)).findLast((line) => line !== '') ?? null;
}
