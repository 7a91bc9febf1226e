/** How much a target holds: the highest step of a breakpoint run at which every objective held, what broke next, and why. Pure. */
import { numeral } from '../words/numeral.ts';

export interface Step {
  /** Users of a closed plan, iterations per second of an open one. */
  readonly level: number;
  /** Successful executions per second. */
  readonly succeededPerSecond: number;
  /** Executions per second, failed ones too. */
  readonly endedPerSecond: number;
  /** The run came to its end. */
  readonly complete: boolean;
  /** A sentence about an objective that was broken; null: none was. Of an unhealthy generator only what is the target's own. */
  readonly broken: string | null;
  /** Why the generator may have been the slow part; null: it kept up. */
  readonly unhealthy: string | null;
}

export interface Capacity {
  /** Open plan: the rate of the step. Closed plan: executions that succeeded per second. null: no step held. */
  readonly ratePerSecond: number | null;
  /** null: of an open plan, or no step held. */
  readonly users: number | null;
  /** nothing: it held whatever was run. */
  readonly limitedBy: 'objective' | 'plateau' | 'generator' | 'nothing';
  readonly reason: string;
}

type Model = 'closed' | 'open';
type Limit = Pick<Capacity, 'limitedBy' | 'reason'>;

/** A target that answers less than this share of what is started does not keep up with it. */
const KEPT_UP = 0.95;
/** Throughput has stopped to rise where all that followed brought no more than so much above it, although the users grew by a fifth or more. */
const NO_MORE = 1.05;
const MANY_MORE_USERS = 1.2;

/**
 * @param steps in their order
 * @param said how a run ended that was cut short; null: as planned
 */
export function capacityOf(model: Model, steps: readonly Step[], said: string | null): Capacity {
  const first = steps.findIndex((step) => limitOf(model, step) !== null);
  const before = steps.slice(0, first === -1 ? steps.length : first).filter(({ complete }) => complete);
  const held = before.at(-1) ?? null;
  const limit = (steps[first] && limitOf(model, steps[first])) ?? plateauOf(model, before, said) ?? nothing(model, held, said);
  const figures = { ratePerSecond: held && rounded(model === 'open' ? held.level : held.succeededPerSecond), users: held && model === 'closed' ? held.level : null };
  if (first === -1) return { ...figures, ...limit };
  const upTo = held === null ? 'No step held.' : `Up to ${stepText(model, held)} every objective held.`;
  return { ...figures, limitedBy: limit.limitedBy, reason: `${upTo} ${limit.reason}` };
}

/** What broke at a step: what is broken for sure, else of a generator that did not keep up nothing more can be said. */
function limitOf(model: Model, step: Step): Limit | null {
  const at = `At ${levelText(model, step.level)}`;
  if (step.broken !== null) return { limitedBy: 'objective', reason: `${at}: ${step.broken}` };
  if (step.unhealthy !== null) return { limitedBy: 'generator', reason: `${at}: ${step.unhealthy}` };
  if (!step.complete) return null;
  if (step.endedPerSecond === 0) return { limitedBy: 'plateau', reason: `${at} no execution came to an end.` };
  if (model === 'open' && step.endedPerSecond < step.level * KEPT_UP) return { limitedBy: 'plateau', reason: `${at} the target did not keep up: ${numeral(step.endedPerSecond, 1)} executions/s came to an end.` };
  return null;
}

function plateauOf(model: Model, steps: readonly Step[], said: string | null): Limit | null {
  const last = steps.at(-1);
  if (model === 'open' || last === undefined) return null;
  const top = steps.find((step, i) => last.level >= step.level * MANY_MORE_USERS && steps.slice(i + 1).every((later) => later.succeededPerSecond <= step.succeededPerSecond * NO_MORE));
  if (top === undefined) return null;
  return { limitedBy: 'plateau', reason: `Every objective held up to ${stepText(model, last)}, but from ${stepText(model, top)} on more users brought no more: they only waited longer.${said === null ? '' : ` ${said}`}` };
}

function nothing(model: Model, held: Step | null, said: string | null): Limit {
  if (held === null) return { limitedBy: 'nothing', reason: `No step was run to its end.${said === null ? '' : ` ${said}`}` };
  const upTo = `Every objective held up to ${stepText(model, held)}`;
  return { limitedBy: 'nothing', reason: said === null ? `${upTo}, the highest step of the plan: the target may hold more.` : `${upTo}, and nothing was broken when the run ended. ${said}` };
}

const levelText = (model: Model, level: number): string => (model === 'open' ? `${numeral(level, 1)}/s` : `${numeral(level, 1)} ${level === 1 ? 'user' : 'users'}`);
const stepText = (model: Model, { level, succeededPerSecond }: Step): string => (model === 'open' ? levelText(model, level) : `${levelText(model, level)} (${numeral(succeededPerSecond, 1)} executions/s)`);
const rounded = (rate: number): number => Math.round(rate * 1000) / 1000;
