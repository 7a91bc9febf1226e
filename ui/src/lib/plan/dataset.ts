/** A data set read in the browser as the server reads it. Loaded only where there is one: the readers are not small. Pure. */
import { readDataset } from '../../../../server/inputs/dataset.ts';
import { type DatasetPreview, previewDataset } from '../../../../server/inputs/preview.ts';
import type { Problem } from '../graphql/answer.ts';
import type { DatasetFormat, RowOrder } from './inputs.ts';

export interface Reading {
  /** Null: it cannot be read. */
  readonly preview: DatasetPreview | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

export const DATASET_PATH = 'inputs.dataset.text';

export function readingOf(dataset: { readonly format: DatasetFormat; readonly text: string; readonly order: RowOrder }): Reading {
  const read = readDataset(dataset);
  // The sentence names the row.
  if (read.problems) return { preview: null, problems: read.problems.map(({ message }) => ({ path: DATASET_PATH, message })), warnings: [] };
  return { preview: previewDataset(read), problems: [], warnings: read.warnings };
}
