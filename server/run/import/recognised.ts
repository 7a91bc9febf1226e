/** What a file of results is, by its first bytes. */
import type { Framework } from '../../../templates/framework.ts';
import type { ResultFormat } from '../../../templates/results.ts';
import { Refusal } from '../../refusal.ts';
import { areOwnLines } from './lines.ts';
import type { Source } from './source.ts';

/** null: sample lines, of our own scripts. */
export function recognised({ head }: Pick<Source, 'head'>, frameworks: readonly Framework[]): { readonly framework: Framework; readonly format: ResultFormat } | null {
  if (head.toString('utf8').replace('\uFEFF', '').trim() === '') throw new Refusal('invalid_results', 'This file is empty.');
  if (areOwnLines({ head })) return null;
  for (const framework of frameworks) for (const format of framework.results ?? []) if (format.recognises(head)) return { framework, format };
  throw new Refusal('invalid_results', `This is no file of results that is known here: sample lines of a generated script, ${frameworks.flatMap(({ results }) => (results ?? []).map(({ name }) => name)).join(', ')}.`);
}
