/** Where the log of a run is to be had as a file. */
import { linksTo, type Named } from '../links-to.ts';
import type { Run } from '../run.ts';

/** Relative, and valid for minutes. `run` belongs to the viewer. */
export async function logUrl(ctx: Named, run: Run): Promise<string> {
  return (await linksTo(ctx, run, ['log.txt']))['log.txt'];
}
