/** The reports of a run, and where they are to be had. */
import { linksTo, type Named } from '../run/links-to.ts';
import type { Run } from '../run/run.ts';
import { isSettled } from '../run/state.ts';

export interface Report {
  /** html, junit, csv, json. */
  readonly format: string;
  /** Relative, and valid for minutes. */
  readonly url: string;
}

const FILES = { html: 'report.html', junit: 'junit.xml', csv: 'intervals.csv', json: 'run.json' } as const;

/** `run` belongs to the viewer. Empty: it is not over. */
export async function reportsOf(ctx: Named, run: Run): Promise<Report[]> {
  if (!isSettled(run.state)) return [];
  const links = await linksTo(ctx, run, Object.values(FILES));
  return Object.entries(FILES).map(([format, file]) => ({ format, url: links[file] }));
}
