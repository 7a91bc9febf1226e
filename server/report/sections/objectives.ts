/** Each objective: what was measured, its limit, of how many samples, and why it has its verdict. */
import { judgedOf } from '../../run/judged.ts';
import type { Run } from '../../run/run.ts';
import type { ObjectiveResult } from '../../verdict/assess.ts';
import { objectiveText } from '../../verdict/sentence.ts';
import { type Markup, markup } from '../markup.ts';
import { mark } from '../mark.ts';
import { heldTo, measuredText } from '../measured.ts';
import { decimal } from '../words.ts';

const MARGINS = { clear: 'clear: not by chance', narrow: 'narrow: chance alone may have decided it' } as const;

/** null: it was not judged. */
export function objectives(run: Run): Markup | null {
  const { objectives: judged } = judgedOf(run);
  return judged.length === 0 ? null : markup`<section aria-labelledby="objectives"><h2 id="objectives">Objectives</h2><p class="note">A timeout counts as slower than any limit.</p>
<div class="scroll" role="group" aria-labelledby="objectives" tabindex="0"><table class="cards">
<thead><tr><th scope="col">Result</th><th scope="col">Objective</th><th scope="col" class="num">Measured</th><th scope="col" class="num">Limit</th><th scope="col" class="num">Slower or failed</th><th scope="col" class="num">Allowed</th><th scope="col" class="num">Samples</th></tr></thead>
<tbody>
${judged.map((objective) => row(run.result, objective))}</tbody></table></div></section>`;
}

function row(result: Run['result'], objective: ObjectiveResult): Markup {
  const { verdict, margin, reason, slower, allowed, samples, needed, during } = objective;
  const short = verdict === 'not_evaluated' && needed !== null && samples < needed;
  return markup`<tr><td>${mark(verdict)}${margin != null && markup`<span class="sub">${MARGINS[margin]}</span>`}</td>
<th scope="row" class="wide">${objectiveText(objective)}<span class="sub">${during === 'steady' ? 'steady part' : 'whole run'}</span><span class="sub">${reason}</span></th>
<td class="num" data-label="Measured"><b>${measuredText(result, objective)}</b></td><td class="num" data-label="Limit">${heldTo(objective)}</td><td class="num" data-label="Slower or failed">${decimal(slower)}</td><td class="num" data-label="Allowed">${decimal(allowed)}</td>
<td class="num" data-label="Samples">${decimal(samples)}${short && markup`<span class="sub">${decimal(needed)} needed</span>`}</td></tr>
`;
}
