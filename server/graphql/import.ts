/** Results that were made elsewhere. */
import { importResults } from '../run/import/import-results.ts';
import { type ImportedFrom as From, importedFrom, type ToldRequests as Told, type ToldStatistic } from '../run/imported.ts';
import { builder } from './builder.ts';
import { localId } from './ids.ts';
import { LoadTestRun } from './run.ts';

const ToldNumber = builder.objectRef<ToldStatistic>('ToldNumber').implement({
  fields: (t) => ({
    statistic: t.exposeString('statistic', { description: 'min, mean, p50, p90, p95, p99, p999 or max.' }),
    valueMs: t.exposeFloat('valueMs'),
    leastMs: t.exposeFloat('leastMs', { nullable: true, description: 'The tool rounded it: the true one lies between these. null: it is as it was measured.' }),
    mostMs: t.exposeFloat('mostMs', { nullable: true }),
  }),
});

const ToldFailure = builder.objectRef<Told['failures'][number]>('ToldFailure').implement({
  description: "In the tool's words.",
  fields: (t) => ({ what: t.exposeString('what'), count: t.exposeInt('count') }),
});

const ToldRequests = builder.objectRef<Told>('ToldRequests').implement({
  description: 'What a tool tells of the requests of one name in the whole run; what it does not tell is null, or left out.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'null: all of them.' }),
    requests: t.exposeInt('requests', { nullable: true }),
    failed: t.exposeInt('failed', { nullable: true }),
    latencyOf: t.exposeString('latencyOf', { description: 'Of which the tool takes its latency: all, answered or succeeded.' }),
    latency: t.field({ type: [ToldNumber], resolve: ({ latency }) => [...latency] }),
    failures: t.field({ type: [ToldFailure], resolve: ({ failures }) => [...failures] }),
  }),
});

const ImportedFrom = builder.objectRef<From>('ImportedFrom').implement({
  fields: (t) => ({
    fileName: t.exposeString('fileName'),
    format: t.exposeString('format'),
    durationMs: t.exposeFloat('durationMs', { nullable: true, description: 'As the tool tells it; null: it does not, or each request was told.' }),
    told: t.field({ type: [ToldRequests], description: "The tool's own totals; empty where each request was told, and all numbers are ours.", resolve: ({ told }) => [...told] }),
  }),
});

builder.objectFields(LoadTestRun, (t) => ({
  importedFrom: t.field({ type: ImportedFrom, nullable: true, description: 'null: it was run here.', resolve: ({ imported }) => imported && importedFrom(imported) }),
}));

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
