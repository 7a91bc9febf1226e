/** The inputs as the form keeps them: fixed ones, a CSV text and a JSON text side by side. */
import type { ORDERS, TestPlan } from '../../../../server/script/plan.ts';
import { numberOr } from './typed.ts';

export type DatasetFormat = 'csv' | 'json';
export type RowOrder = (typeof ORDERS)[number];

export interface DatasetText {
  text: string;
  /** Name of the file that it was read from; empty: it was typed. */
  file: string;
  /** The rows were too large to be kept with the draft: what tells them from others. Empty: nothing is missing. */
  leftOut: string;
}

export interface InputsFields {
  kind: 'none' | 'fixed' | 'dataset';
  fixed: string;
  format: DatasetFormat;
  csv: DatasetText;
  json: DatasetText;
  order: RowOrder;
  /** Empty: from the plan itself. */
  seed: string;
}

export function emptyInputs(): InputsFields {
  return { kind: 'none', fixed: '', format: 'csv', csv: { text: '', file: '', leftOut: '' }, json: { text: '', file: '', leftOut: '' }, order: 'sequential', seed: '' };
}

export function toInputs({ kind, fixed, format, order, seed, ...texts }: InputsFields) {
  if (kind === 'none') return undefined;
  if (kind === 'fixed') return { fixed };
  return { dataset: { format, text: texts[format].text, order, seed: order === 'random' ? numberOr(seed) : undefined } };
}

export function fromInputs(inputs: TestPlan['inputs']): InputsFields {
  const empty = emptyInputs();
  if (inputs?.fixed !== undefined) return { ...empty, kind: 'fixed', fixed: inputs.fixed };
  if (!inputs?.dataset) return empty;
  const { format, text, order, seed } = inputs.dataset;
  return { ...empty, kind: 'dataset', format, [format]: { text, file: '', leftOut: '' }, order, seed: seed === undefined ? '' : String(seed) };
}

/** By its name; null: it says nothing. */
export function formatOf(fileName: string): DatasetFormat | null {
  if (/\.(json|jsonl|ndjson)$/i.test(fileName)) return 'json';
  return /\.(csv|tsv|txt)$/i.test(fileName) ? 'csv' : null;
}
