/** The plan in a few words: the proposed name of a test, and the line at the foot of the form. */
import { planWords } from '../load-test/plan-words.ts';
import { rate, span } from '../text/format.ts';
import { text } from '../text/text.ts';
import type { Draft } from './draft.svelte.ts';
import { plannedLine } from './planned.ts';
import { type PlanPreview, type Preview, stagesOf } from './preview.svelte.ts';

/** Numbers that were left to the preset are not in it. */
export const proposedName = (plan: unknown): string => planWords(plan).join(', ').replaceAll('\u00a0', ' ');

/** From the server's reading of the plan, defaults included; while that is not there yet, from what was typed. */
function loadWords(draft: Draft, preview: Preview): string[] {
  return preview.fresh && preview.current ? [text.plan.shapeName(draft.fields.shape), ...wordsOf(preview.current)] : planWords(draft.plan);
}

function wordsOf(preview: PlanPreview): string[] {
  const planned = stagesOf(preview);
  const peak = Math.max(0, ...plannedLine(planned).map((point) => point.level));
  return [planned.model === 'closed' ? text.plan.usersCount(peak) : rate(peak), span(preview.durationMs)];
}

/** What the user typed, else what the load is: a name that was not typed follows the plan. */
export const nameOf = (draft: Draft): string => draft.fields.name.trim() || proposedName(draft.plan);

export function summaryOf(draft: Draft, preview: Preview): string[] {
  const planned = preview.fresh ? (preview.current?.plannedIterations ?? null) : null;
  const executions = planned === null ? [] : [text.plan.executionsCount(planned)];
  return [...loadWords(draft, preview), ...executions, text.plan.objectivesCount(draft.fields.objectives.length)];
}
