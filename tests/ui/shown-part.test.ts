import { expect, test } from 'vitest';
import { shownPart } from '../../ui/src/lib/metrics/part.ts';

const summary = { executions: 160 };

test('a list shows all numbers of a run of its steady part, which is judged; of one without any of the whole run, and says which', () => {
  expect(shownPart({ steady: { executions: 128 }, summary })).toEqual({ part: 'steady', summary: { executions: 128 } });
  expect(shownPart({ steady: { executions: 0 }, summary })).toEqual({ part: 'whole', summary });
  expect(shownPart({ steady: null, summary })).toEqual({ part: 'whole', summary });
  expect(shownPart({ steady: null, summary: null })).toBeNull();
});
