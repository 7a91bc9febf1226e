/** The verdict, largest; then how the run ended where it did not end as planned; then why. */
import { judgedOf } from '../../run/judged.ts';
import type { Run } from '../../run/run.ts';
import { type Markup, markup } from '../markup.ts';
import { icon, TONES } from '../mark.ts';
import { plural, VERDICTS } from '../words.ts';

/** Its turn never came, so nothing was sent. */
const neverBegan = ({ moves }: Run): boolean => !moves.some(({ to }) => to === 'starting');

export function verdictWord(run: Run): string {
  return neverBegan(run) ? 'Never began' : VERDICTS[run.verdict ?? 'not_evaluated'];
}

export function verdict(run: Run): Markup {
  const { ending, state } = run;
  const judged = judgedOf(run);
  const verdict = run.verdict ?? 'not_evaluated';
  const cut = ending && ending.cause !== 'planned_end' ? ending.message : null;
  const reasons = verdict === 'passed' ? [`${judged.objectives.length === 1 ? 'The objective' : `All ${plural(judged.objectives.length, 'objective')}`} held.`] : judged.reasons;
  const [first, ...more] = reasons.filter((reason) => reason !== '' && reason !== cut);
  return markup`<section class="verdict ${TONES[verdict]}" aria-labelledby="verdict">
<h2 id="verdict">${icon(verdict)}${verdictWord(run)}</h2>
${cut !== null && markup`<p class="why"><b>${ENDED[state as keyof typeof ENDED] ?? 'Ended early'}.</b> ${cut}</p>`}
${first !== undefined && markup`<p class="why">${first}</p>`}
${more.map((reason) => markup`<p>${reason}</p>`)}
</section>`;
}

const ENDED = { finished: 'Ended before its plan', aborted: 'Aborted', crashed: 'Crashed' } as const;
