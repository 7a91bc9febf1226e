/** The plan in a few words: the proposed name of a test, and the line at the foot of the form. */
import { rate, span } from '../text/format.ts';
import { text } from '../text/text.ts';
import type { Fields } from './fields.ts';
import { plannedLine } from './planned.ts';
import { type PlanPreview, stagesOf } from './preview.svelte.ts';

function loadWords(preview: PlanPreview): string[] {
  const planned = stagesOf(preview);
  const peak = Math.max(0, ...plannedLine(planned).map((point) => point.level));
  return [planned.model === 'closed' ? text.plan.usersCount(peak) : rate(peak), span(preview.durationMs)];
}

/** What the user typed, else what the load is. */
export function nameOf(fields: Fields, preview: PlanPreview | null): string {
  const own = fields.name.trim();
  if (own !== '') return own;
  const shape = text.plan.shapeName(fields.shape);
  return preview === null || fields.shape === 'smoke' ? shape : [shape, ...loadWords(preview)].join(', ');
}

export function summaryOf(fields: Fields, preview: PlanPreview | null): string {
  const parts = [text.plan.shapeName(fields.shape), ...(preview ? loadWords(preview) : [])];
  if (preview && preview.plannedIterations !== null) parts.push(text.plan.executionsCount(preview.plannedIterations));
  parts.push(text.plan.objectivesCount(fields.objectives.length));
  return parts.join(' · ');
}
