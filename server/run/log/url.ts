/** Where the log of a run is to be had as a file, and under which name it is saved. */
import type { Context } from '../../context.ts';
import { fileName } from '../../file-name.ts';
import { linkTo } from '../../links.ts';
import { loadTestName } from '../../script/store.ts';
import type { Run } from '../run.ts';

type Named = Pick<Context, 'db' | 'cipher' | 'host' | 'viewer'>;

/** Relative, and valid for minutes. `run` belongs to the viewer. */
export async function logUrl(ctx: Named, run: Run): Promise<string> {
  const { id: runId, organizationId, startedAt, createdAt } = run;
  return linkTo(ctx.cipher, { organizationId, runId, file: 'log.txt', name: fileName(await testedName(ctx, run), startedAt ?? createdAt, 'log.txt') });
}

/** Of the test, or else of what was tested; null: neither has one any more, or ever had. */
async function testedName({ db, host, viewer }: Named, { organizationId, loadTestId, workflowId }: Run): Promise<string | null> {
  const test = loadTestId === null ? null : await loadTestName(db, organizationId, loadTestId);
  if (test !== null) return test;
  const hosted = workflowId === null ? null : await host.workflows.get(viewer, workflowId);
  return hosted?.name ?? null;
}
