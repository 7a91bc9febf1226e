/** The planned line, drawn through the stages themselves so that jumps stay upright. Pure. */
import type { PlannedStages } from './preview.svelte.ts';

export interface PlannedLevel {
  /** ms from plan second 0. */
  readonly x: number;
  /** Users or iterations per second. */
  readonly level: number;
}

export function plannedLine(planned: Pick<PlannedStages, 'stages'>): PlannedLevel[] {
  const line: PlannedLevel[] = [{ x: 0, level: 0 }];
  let at = 0;
  for (const stage of planned.stages) {
    at += stage.durationMs;
    line.push({ x: at, level: stage.users ?? stage.ratePerSecond ?? 0 });
  }
  return line;
}
