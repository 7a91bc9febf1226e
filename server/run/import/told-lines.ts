/** A run of which a tool wrote a line for each request: as good as our own lines, but for what the tool does not tell. */
import { createHash } from 'node:crypto';
import type { LinesEnd, LinesFormat, ToldLine } from '../../../templates/results.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../refusal.ts';
import type { LoadTest } from '../../script/store.ts';
import type { SampleLine } from '../../samples/sample.ts';
import { howToldEnded } from './ended.ts';
import { executionName, MOST_SHOWN, whichExecute } from './execution-name.ts';
import type { Lines } from './lines.ts';
import { MostlyReadable } from './mostly-readable.ts';
import { importOfTest } from './new-import.ts';
import type { Source } from './source.ts';
import type { Taken } from './take.ts';

export interface LinesFile {
  readonly source: Source;
  readonly format: LinesFormat;
  readonly framework: string;
  readonly fileName: string;
}

/** Read twice: when it began, and what its requests are named, is known at its end. */
export async function toldLinesRun(ctx: Context, test: LoadTest, { source, format, framework, fileName }: LinesFile): Promise<Taken> {
  const { end, names, hash, shortestTimeoutMs } = await lookThrough(source, format);
  const { startedAt } = end;
  if (startedAt === null) throw new Refusal('invalid_results', 'These results tell of no request.');
  const { run, plan } = importOfTest(ctx, test, framework, end.toolVersion, shortestTimeoutMs);
  const execution = executionName(plan, names);
  const begin: Taken['begin'] = { kind: 'begin', version: 1, framework, toolVersion: end.toolVersion ?? '', startedAt, info: { planHash: run.planHash, workflowHash: run.workflowHash, scriptHash: '', plan: run.plan, host: { os: '', cpus: null } } };
  return {
    run: { ...run, imported: { fileName, format: format.name }, importKey: `lines ${test.id} ${hash}`, warnings: [...run.warnings, ...whichExecute(plan, execution, names), ...warningsOf(end)] },
    plan,
    begin,
    tellsEach: false,
    lines: sampleLines(source, format, begin, execution),
    ended: ({ lastLineMs }) => howToldEnded(plan, lastLineMs, end.isCut),
  };
}

interface Looked {
  readonly end: LinesEnd;
  /** Some of them, `execute` among them where there is one. */
  readonly names: ReadonlySet<string>;
  /** SHA-256, hex. */
  readonly hash: string;
  /** Of requests that had no answer in time; Infinity: all had one. */
  readonly shortestTimeoutMs: number;
}

async function lookThrough(source: Source, format: LinesFormat): Promise<Looked> {
  const reader = format.reader();
  const names = new Set<string>();
  const readable = new MostlyReadable();
  let shortestTimeoutMs = Number.POSITIVE_INFINITY;
  const see = (lines: readonly (ToldLine | null)[]) => {
    readable.see(lines);
    for (const line of lines) {
      if (line?.kind !== 'request') continue;
      if (names.size <= MOST_SHOWN || line.name === 'execute') names.add(line.name);
      if (line.outcome === 'timeout') shortestTimeoutMs = Math.min(shortestTimeoutMs, line.durationMicros / 1000);
    }
  };
  const hash = createHash('sha256');
  for await (const chunk of source.bytes()) {
    see(reader.read(chunk));
    hash.update(chunk);
  }
  const end = reader.end();
  see(end.lines);
  return { end, names, hash: hash.digest('hex'), shortestTimeoutMs };
}

async function* sampleLines(source: Source, format: LinesFormat, begin: Taken['begin'], execution: string | null): Lines {
  yield [begin];
  const reader = format.reader();
  const sample = (line: ToldLine | null): SampleLine | null => (line?.kind === 'request' && line.name === execution ? { ...line, extra: { ...line.extra, exec: true } } : line);
  for await (const chunk of source.bytes()) yield reader.read(chunk).map(sample);
  const { lines, iterationsStarted, dropped } = reader.end();
  yield lines.map(sample);
  if (iterationsStarted !== null) yield [{ kind: 'end', cause: '', iterationsStarted, dropped: dropped ?? 0, interrupted: 0, inFlight: 0, linesLost: 0 }];
}

function warningsOf({ stepMicros, checks }: LinesEnd): string[] {
  return [
    ...(stepMicros > 1000 ? [`The tool wrote down times in steps of ${stepMicros / 1000} ms: what stands in which second is not sure.`] : []),
    ...(checks.length > 0 ? [`Checks of the whole run, as the tool counted them: ${checks.map(({ name, passed, failed }) => `${name}: ${passed} passed, ${failed} failed`).join('; ')}.`] : []),
  ];
}
