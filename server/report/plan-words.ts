/** A plan in words: what was asked for, without what is sent, which may be nobody else's. Pure. */
import { executePath } from '../script/flow/paths.ts';
import { peakOf, segmentsOf } from '../script/load.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { plural, span } from './words.ts';

/** Of a plan with more of them the rest is counted. */
const MOST_STAGES = 12;

export function planWords(plan: ResolvedPlan): [label: string, words: string][] {
  const { load, steady, thinkTime, polling, plan: { target, checks = [] } } = plan;
  const judgedMs = steady.reduce((sum, [from, to]) => sum + to - from, 0);
  return [
    ['Target', targetWords(plan)],
    ['Load', loadWords(plan)],
    ['Stages', stageWords(plan)],
    ['Judged', judgedMs === 0 ? 'no steady part to judge' : `${span(judgedMs)} of steady load, ${plan.warmUpMs === 0 ? 'from the start' : `after ${span(plan.warmUpMs)} of warm-up`}`],
    ['Inputs', inputWords(plan)],
    ['Authentication', authWords(target.auth)],
    ['Think time', thinkTime.maxMs === 0 ? 'none' : thinkTime.minMs === thinkTime.maxMs ? span(thinkTime.maxMs) : `${span(thinkTime.minMs)} to ${span(thinkTime.maxMs)}`],
    ['Request timeout', span(plan.requestTimeoutMs)],
    ['Connections', plan.connections === 'reuse' ? 'reused between iterations' : 'a new one for each iteration'],
    ...(polling ? [['Polling', `every ${span(polling.intervalMs)}, given up after ${span(polling.deadlineMs)}`] as [string, string]] : []),
    ...(load.model === 'open' ? [['At most in flight', plural(load.maxUsers, 'iteration')] as [string, string]] : []),
    ...(checks.length > 0 ? [['Checks', checks.map(({ name }) => name).join(', ')] as [string, string]] : []),
  ];
}

const PRESETS = { studio: 'Studio', gateway: 'Gateway', sessions: 'Sessions', custom: 'Custom' } as const;

function targetWords({ polling, plan: { target } }: ResolvedPlan): string {
  const address = target.preset === 'sessions' ? target.baseUrl : target.baseUrl.replace(/\/+$/, '') + executePath(target);
  return `${PRESETS[target.preset]}, ${target.preset === 'custom' ? `${target.method ?? 'POST'} ` : ''}${address}${target.workflowName === undefined ? '' : `, workflow ${target.workflowName}`}${polling ? ', started and polled' : ''}`;
}

function loadWords({ load, durationMs, plan: { load: given } }: ResolvedPlan): string {
  const shape = given.preset ? `${given.preset.key}, ` : '';
  const peak = levelWords(load.model, peakOf(load.stages));
  const most = load.maxIterations === null ? '' : `, at most ${plural(load.maxIterations, 'iteration')}`;
  return `${shape}${load.model} model: up to ${peak}, for ${span(durationMs)}${most}`;
}

function stageWords({ load }: ResolvedPlan): string {
  const segments = segmentsOf(load.stages);
  const words = segments.slice(0, MOST_STAGES).map(({ fromMs, toMs, from, to }) => {
    const level = from === to ? levelWords(load.model, to) : `${from} to ${levelWords(load.model, to)}`;
    return `${level} for ${span(toMs - fromMs)}`;
  });
  return [...words, ...(segments.length > MOST_STAGES ? [`${plural(segments.length - MOST_STAGES, 'further stage')}`] : [])].join('; ');
}

function levelWords(model: 'closed' | 'open', level: number): string {
  return model === 'closed' ? plural(level, 'user') : `${plural(level, 'iteration')} started per second`;
}

function inputWords({ plan: { inputs } }: ResolvedPlan): string {
  const { dataset } = inputs ?? {};
  if (dataset) return `rows of a data set (${dataset.format.toUpperCase()}), ${{ sequential: 'in sequence', random: 'at random', unique: 'each once' }[dataset.order]}`;
  return inputs?.fixed === undefined ? 'none' : 'fixed JSON';
}

function authWords(auth: ResolvedPlan['plan']['target']['auth']): string {
  if (auth?.bearer) return 'bearer token';
  if (auth?.apiKey) return `API key in the header ${auth.apiKey.header}`;
  return auth?.login ? `login at ${auth.login.path}` : 'none';
}
