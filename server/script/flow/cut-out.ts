/** Texts as they are sent, without their secrets. Of two definitions in one script each knows the other's: an equal secret has one variable, and is cut out of both. */
import { slicesAt } from '../../workflow/json-text.ts';
import type { Problem } from '../../workflow/problem.ts';
import { type FoundSecret, findSecrets, redact, redactBoth, type SecretMark, type SecretMarker, VariableNames } from '../../workflow/secrets.ts';
import type { Workflow } from '../../workflow/workflow.ts';

export interface CutOut {
  readonly text: string;
  readonly baselineText: string | null;
  readonly found: readonly FoundSecret[];
  /** Of the baseline; offsets in its own text. */
  readonly foundInBaseline: readonly FoundSecret[];
  /** Of both. */
  readonly markers: readonly SecretMarker[];
  /** False: a secret may stand once more in one of them. */
  readonly complete: boolean;
  readonly problems: readonly Problem[];
}

/**
 * @param marks what the user says about values of `workflow`
 * @param taken names of variables that the plan gives to others
 * @param beside texts that go out with them
 */
export function cutOut(workflow: Workflow, baseline: Workflow | null, marks: readonly SecretMark[], taken: readonly string[], beside: readonly string[]): CutOut {
  const names = new VariableNames(taken);
  const { found, problems } = findSecrets(workflow, marks, names);
  if (baseline === null) return { ...redact(workflow.text, found, beside), baselineText: null, found, foundInBaseline: [], problems };

  const other = findSecrets(baseline, marksOf(baseline, workflow, marks), names);
  const { other: baselineText, ...redacted } = redactBoth(workflow.text, found, baseline.text, other.found, beside);
  // That a mark points at nothing in an older definition is no mistake of anybody's.
  const tooMuch = other.problems.filter(({ path }) => path === 'secrets').map(({ message }) => ({ path: 'compareWith', message }));
  return { ...redacted, baselineText, found, foundInBaseline: other.found, problems: [...problems, ...tooMuch] };
}

/** A mark that takes away is about one text: where another one stands in its place, nobody has said that it is no secret. */
function marksOf(baseline: Workflow, { text, format }: Workflow, marks: readonly SecretMark[]): SecretMark[] {
  if (format === 'yaml' || baseline.format === 'yaml') return [];
  const paths = marks.map(({ path }) => path.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')));
  const [here, there] = [slicesAt(text, paths), slicesAt(baseline.text, paths)];
  return marks.filter(({ secret }, i) => secret || here[i] === there[i]);
}
