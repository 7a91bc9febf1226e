/**
 * The definition that the next run alternates with the workflow's: the baseline. Of a start, and not of the test: it is neither saved with it nor
 * kept in the browser, for it may hold secrets.
 */
import type { Problem } from '../graphql/answer.ts';
import type { WorkflowInput } from '../graphql/graphql.ts';
import { text } from '../text/text.ts';

export type Source = 'none' | 'baseline' | 'workflow' | 'text';

export class OtherDefinition {
  source = $state<Source>('none');
  /** Of the host's workflows. */
  workflowId = $state('');
  /** As it was typed, pasted or read from a file. */
  text = $state('');
  /** The file that it was read from; empty: none. */
  file = $state('');
  /** Of the pinned run; null: not read, or not kept whole. */
  pinned = $state.raw<string | null>(null);

  /** In the words of a start. Null: the run is of one definition, or the other one is missing. */
  readonly input: WorkflowInput | null = $derived.by(() => {
    if (this.source === 'workflow') return this.workflowId === '' ? null : { id: this.workflowId };
    const definition = this.source === 'baseline' ? this.pinned : this.source === 'text' ? this.text : null;
    return definition === null || definition.trim() === '' ? null : { definition };
  });

  readonly problems: readonly Problem[] = $derived.by(() => (this.source === 'none' || this.input !== null ? [] : [{ path: 'compareWith', message: text.plan.otherMissing[this.source] }]));
}
