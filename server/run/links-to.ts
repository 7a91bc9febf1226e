/** Where files of a run are to be had, and under which names they are saved. */
import type { Context } from '../context.ts';
import { fileName } from '../file-name.ts';
import { type LinkedFile, linkTo } from '../links.ts';
import { loadTestName } from '../script/store.ts';
import { shown } from '../workflow/shown.ts';
import type { Run } from './run.ts';

export type Named = Pick<Context, 'db' | 'cipher' | 'host' | 'viewer'>;

/** Relative, and valid for minutes. `run` belongs to the viewer. */
export async function linksTo<File extends LinkedFile['file']>(ctx: Named, run: Run, files: readonly File[]): Promise<Record<File, string>> {
  const { id: runId, organizationId, startedAt, createdAt } = run;
  const of = await testedName(ctx, run);
  const link = (file: File) => linkTo(ctx.cipher, { organizationId, runId, file, name: fileName(of, startedAt ?? createdAt, file), title: shown(of ?? 'Load test') });
  return Object.fromEntries(files.map((file) => [file, link(file)])) as Record<File, string>;
}

/** Of the test, or else of what was tested; null: neither has one any more, or ever had. */
async function testedName({ db, host, viewer }: Named, { organizationId, loadTestId, workflowId }: Run): Promise<string | null> {
  const test = loadTestId === null ? null : await loadTestName(db, organizationId, loadTestId);
  if (test !== null) return test;
  const hosted = workflowId === null ? null : await host.workflows.get(viewer, workflowId);
  return hosted?.name ?? null;
}
