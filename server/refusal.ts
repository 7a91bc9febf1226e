/** A refusal: what was asked is not done, nothing was changed, and the sentence says what to do. Thrown by verbs, typed in the API. */
import type { Problem } from './workflow/problem.ts';

/** The closed list of codes. */
export const REFUSAL_CODES = {
  invalid_workflow: 'The definition could not be read; `problems` says where.',
  invalid_plan: 'The plan cannot be run; `problems` names the paths.',
  invalid_input: 'Another part of the input is wrong.',
  not_found: 'It does not exist, or belongs to another organization.',
  forbidden: 'The viewer may not do this.',
  invalid_script: "The script did not pass the tool's own check; `problems` names file and line.",
  invalid_results: 'The results that were brought could not be read; the message says why.',
  storage_unavailable: 'The database cannot be written just now; nothing was kept, and it can be tried again.',
  framework_unavailable: 'The tool is not on this machine; the message says how to get it.',
  framework_refuses: 'This framework cannot express this plan.',
  place_unavailable: 'Nothing can be run at this place now; the message says why.',
  effects_not_acknowledged: 'Nodes of the workflow act outside; send `effectsHash` back as `acknowledgedEffects`.',
  environment_missing: 'Environment variables that the script needs have no value.',
  target_not_allowed: 'Load may not be sent to this target.',
  limit_exceeded: 'The plan is above what the operator allows here.',
  no_room: 'The files of a run cannot be written on this server; its operator must make room.',
  too_many_runs: 'As many runs as allowed are waiting or running.',
  not_running: 'The run is over.',
  not_a_baseline: 'This run cannot be what others are compared with.',
  not_comparable: 'The runs differ in more than the definition; `problems` says in what. `acceptDifferences` compares them all the same, where that has a meaning.',
  not_settled: 'The run is not over yet, or ended without a result.',
  pinned: 'The run is a pinned baseline; it can be deleted when it is unpinned.',
  no_baseline: 'No run is pinned that this could be held to.',
} as const;

export type RefusalCode = keyof typeof REFUSAL_CODES;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly problems: readonly Problem[];
  readonly effectsHash: string | null;

  constructor(code: RefusalCode, message: string, { problems = [], effectsHash = null }: { problems?: readonly Problem[]; effectsHash?: string | null } = {}) {
    super(message);
    this.code = code;
    this.problems = problems;
    this.effectsHash = effectsHash;
  }
}

export function notFound(what: string): Refusal {
  return new Refusal('not_found', `There is no such ${what}.`);
}

/** Of one part of the input, which is no good. */
export function invalidInput(path: string, message: string): Refusal {
  return new Refusal('invalid_input', message, { problems: [{ path, message }] });
}
