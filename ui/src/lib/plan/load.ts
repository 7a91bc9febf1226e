/** The load as the form keeps it: both models' stages and each preset's size side by side. */
import type { Preset, TestPlan } from '../../../../server/script/plan.ts';
import type { Fields } from './fields.ts';
import { blank, durationOr, durationText, numberText, parseDuration, parseNumber, wholeOr } from './typed.ts';

export type Model = 'closed' | 'open';

export interface StageFields {
  duration: string;
  /** Users or iterations per second at the END of the stage. */
  level: string;
}

/** The stages that a change starts from: one's own, or what a preset comes to. */
export interface OwnStages {
  readonly model: Model;
  readonly stages: readonly StageFields[];
  /** In flight, of an open load. */
  readonly maxUsers: string;
}

const proposedMaxUsers = (stages: readonly StageFields[]) => String(Math.max(1, Math.ceil(4 * Math.max(0, ...stages.map(({ level }) => parseNumber(level) || 0)))));

/** It follows the highest rate, unless somebody has said another number. */
export const maxUsersAfter = ({ stages, maxUsers }: OwnStages, changed: readonly StageFields[]): string => (maxUsers === proposedMaxUsers(stages) ? proposedMaxUsers(changed) : maxUsers);

/** Of a preset; empty: the preset's own. Each preset keeps what was typed for it. */
export interface Size {
  users: string;
  rate: string;
  duration: string;
}

type LoadFields = Pick<Fields, 'model' | 'shape' | 'sizes' | 'closedStages' | 'openStages' | 'maxUsers'>;

export function toLoad(fields: LoadFields) {
  if (fields.shape === 'stages') {
    if (fields.model === 'closed')
      return { closed: { stages: fields.closedStages.map((stage) => ({ durationMs: parseDuration(stage.duration), users: parseNumber(stage.level) })) } };
    return {
      open: {
        stages: fields.openStages.map((stage) => ({ durationMs: parseDuration(stage.duration), ratePerSecond: parseNumber(stage.level) })),
        maxUsers: parseNumber(fields.maxUsers),
      },
    };
  }
  const { users, rate, duration } = fields.sizes[fields.shape];
  const level = fields.model === 'closed' ? { users: wholeOr(users) } : { ratePerSecond: parseNumber(rate) };
  return { preset: { key: fields.shape, ...level, durationMs: durationOr(duration) } };
}

export function fromLoad(load: TestPlan['load'], sizes: Record<Preset, Size>): Partial<LoadFields> {
  if (load.preset) {
    const { key, users, ratePerSecond, durationMs } = load.preset;
    const size = {
      users: users === undefined ? '' : String(users),
      rate: ratePerSecond === undefined ? sizes[key].rate : numberText(ratePerSecond),
      duration: durationMs === undefined ? '' : durationText(durationMs),
    };
    return { model: ratePerSecond === undefined ? 'closed' : 'open', shape: key, sizes: { ...sizes, [key]: size } };
  }
  if (load.closed) return { model: 'closed', shape: 'stages', closedStages: load.closed.stages.map((stage) => ({ duration: durationText(stage.durationMs), level: String(stage.users) })) };
  if (!load.open) return {};
  const openStages = load.open.stages.map((stage) => ({ duration: durationText(stage.durationMs), level: numberText(stage.ratePerSecond) }));
  return { model: 'open', shape: 'stages', openStages, maxUsers: String(load.open.maxUsers) };
}

/** In the open model the rate decides when an iteration starts: there is none. */
export function toThinkTime({ model, thinkMin, thinkMax }: Pick<Fields, 'model' | 'thinkMin' | 'thinkMax'>) {
  if (model === 'open' || (blank(thinkMin) && blank(thinkMax))) return undefined;
  const minMs = blank(thinkMin) ? 0 : parseDuration(thinkMin);
  return { minMs, maxMs: blank(thinkMax) ? minMs : parseDuration(thinkMax) };
}
