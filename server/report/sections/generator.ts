/** Whether the load generator kept up, and what there was to warn of. */
import type { Run, RunResult } from '../../run/run.ts';
import { type Markup, markup } from '../markup.ts';
import { DASH, megabytes, ms, percent } from '../words.ts';
import { list } from './tested.ts';

export function generator({ generator }: RunResult): Markup {
  const { cpuRatio, floorP50Ms, floorP99Ms, latenessP99Ms, sameMachineAsTarget } = generator;
  return markup`<section aria-labelledby="generator"><h2 id="generator">Can this run be trusted?</h2>
<p>${generator.saturated ? 'The load generator did not keep up: what it measured may be its own slowness.' : cpuRatio === null && latenessP99Ms === null ? 'How the load generator did was not measured.' : 'Yes, the load generator kept up.'}</p>
${generator.reasons.map((reason) => markup`<p>${reason}</p>`)}
${list([
    ['Achieved load', generator.achievedRatio === null ? DASH : `${percent(generator.achievedRatio)} of planned`],
    ['CPU', cpuRatio === null ? DASH : `${percent(cpuRatio)} of one core`],
    ['Memory', megabytes(generator.memoryBytes)],
    ['Starts were late by', latenessP99Ms === null ? DASH : `${ms(latenessP99Ms)} (p99)`],
    ['This machine alone takes', floorP50Ms == null ? 'not measured' : `${ms(floorP50Ms)} (p50), ${ms(floorP99Ms)} (p99)`],
    ['Same machine as the target', sameMachineAsTarget === null ? 'not known' : sameMachineAsTarget ? 'yes' : 'no'],
    ['Isolation', generator.isolation],
  ])}</section>`;
}

export function warnings({ warnings }: Pick<Run, 'warnings'>): readonly Markup[] {
  return warnings.map((warning) => markup`<p class="warning"><b>Warning.</b> ${warning}</p>\n`);
}
