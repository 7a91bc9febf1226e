/** `--output`: the report of v1 and the one of v2, which have hardly a key in common. */
import type { TotalsFormat } from '../../results.ts';
import { isObject, member, parsed } from '../../shared/results/json.ts';
import { outline } from '../../shared/results/outline.ts';
import { Unreadable, orSentence } from '../../shared/results/unreadable.ts';
import { first } from './first.ts';
import { second } from './second.ts';

const OWN = ['aggregate/counters', 'aggregate/scenariosCreated', 'aggregate/requestsCompleted', 'aggregate/latency'];

export const report: TotalsFormat = {
  kind: 'totals',
  name: 'Artillery report (--output)',
  recognises(head) {
    const seen = outline(head);
    return seen !== null && !seen.isList && OWN.some((path) => seen.paths.has(path));
  },
  read: orSentence((text) => {
    const aggregate = member(parsed(text), 'aggregate');
    if (!isObject(aggregate)) throw new Unreadable('This is no report of Artillery: it has no aggregate.');
    return member(aggregate, 'codes') === undefined && member(aggregate, 'latency') === undefined ? second(aggregate) : first(aggregate);
  }),
};
