/** Results that were made elsewhere. */
import { importResults } from '../run/import/import-results.ts';
import { builder } from './builder.ts';
import { localId } from './ids.ts';
import { LoadTestRun } from './run.ts';

const ImportResultsInput = builder.inputType('ImportResultsInput', {
  description: 'The format is recognised. Large files: PUT /plugins/load-testing/imports gives an uploadId.',
  fields: (t) => ({
    loadTestId: t.id({ description: 'Of which test it is a run.' }),
    fileName: t.string({ required: true }),
    text: t.string({ description: 'The results themselves, or uploadId.' }),
    uploadId: t.id(),
  }),
});

builder.mutationFields((t) => ({
  importResults: t.field({
    type: LoadTestRun,
    description: 'The same results brought again are the same run.',
    args: { input: t.arg({ type: ImportResultsInput, required: true }) },
    errors: { union: { name: 'ImportResultsResult' } },
    resolve: (_root, { input: { loadTestId, fileName, text, uploadId } }, ctx) =>
      importResults(ctx, { loadTestId: loadTestId ? localId(loadTestId, 'LoadTest') : null, fileName, text: text ?? null, uploadId: uploadId ?? null }),
  }),
}));
