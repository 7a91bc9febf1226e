/** Results line by line, whoever wrote them: the lines that each chunk completes, the first of which says what they are of. */
import { readLines } from '../../samples/lines.ts';
import type { SampleLine } from '../../samples/sample.ts';
import { Refusal } from '../../refusal.ts';
import { MostlyReadable } from './mostly-readable.ts';
import type { Source } from './source.ts';

type Begin = Extract<SampleLine, { kind: 'begin' }>;
export type Lines = AsyncGenerator<readonly (SampleLine | null)[]>;

const OWN = /^[\s\uFEFF]*\["begin",1,/;

export function areOwnLines({ head }: Pick<Source, 'head'>): boolean {
  return OWN.test(head.toString('utf8'));
}

/** Reads up to the first line, and gives the others: none of them is read twice. */
export async function ownLines(source: Source): Promise<{ readonly begin: Begin; readonly lines: Lines }> {
  const all = readLines(withoutMark(source.bytes()));
  for (;;) {
    const { value: lines, done } = await all.next();
    const [begin] = lines ?? [];
    if (begin?.kind === 'begin') return { begin, lines: following(lines ?? [], all) };
    // Its plan may be longer than a chunk.
    if (done || begin !== undefined) throw new Refusal('invalid_results', 'The first line of these results could not be read: it says what they are of.');
  }
}

/** PowerShell begins a file with a byte order mark. */
async function* withoutMark(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of bytes) {
    yield isFirst && chunk.indexOf('\uFEFF') === 0 ? chunk.subarray(3) : chunk;
    isFirst = false;
  }
}

async function* following(first: readonly (SampleLine | null)[], others: Lines): Lines {
  const readable = new MostlyReadable();
  readable.see(first);
  yield first;
  for await (const lines of others) {
    readable.see(lines);
    yield lines;
  }
}
