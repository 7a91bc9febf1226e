/** Everything that k6 calls a summary, v0.4x to v2. Their keys come in any order, so one format reads them all. */
import type { TotalsFormat } from '../../results.ts';
import { parsed } from '../../shared/results/json.ts';
import { outline } from '../../shared/results/outline.ts';
import { orSentence } from '../../shared/results/unreadable.ts';
import { summaryOf } from './shapes.ts';
import { totalsOf } from './told.ts';

/** Only k6 has these; `setup_data` may fill the whole head. */
const OWN = ['root_group', 'setup_data', 'state/testRunDurationMs', 'options/summaryTrendStats', 'metadata/k6Version', 'config/execution', 'results/metrics'];
/** One of them is in every summary. */
const METRIC = /^metrics\/(http_req|iteration|data_sent$|data_received$|vus|checks$|group_duration)/;

export const summary: TotalsFormat = {
  kind: 'totals',
  name: 'k6 summary (handleSummary, --summary-export, machine-readable)',
  recognises(head) {
    const seen = outline(head);
    if (seen === null || seen.isList) return false;
    return OWN.some((path) => seen.paths.has(path)) || [...seen.paths].some((path) => METRIC.test(path));
  },
  read: orSentence((text) => totalsOf(summaryOf(parsed(text)))),
};
