/**
 * The plan that is being written for one workflow (and one saved test, or a new one): fields, what is wrong with them,
 * and its copy in the browser's storage, kept at each change. Values of variables are never in it.
 */
import type { Problem, Refusal, Trouble } from '../graphql/answer.ts';
import { environment } from '../run/environment.svelte.ts';
import { forget, keep, recall } from './draft-storage.ts';
import { emptyFields, type Fields, toPlan } from './fields.ts';
import { atField, problemsOf, valueAt, within } from './problems.ts';

const KEEP_AFTER_MS = 250;

interface Found {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}
const NOTHING: Found = { problems: [], warnings: [] };

export class Draft {
  fields = $state<Fields>(emptyFields());
  /** Fields that were left once: only there a problem is shown. */
  #touched = $state<readonly string[]>([]);
  /** A try to save or run found problems: all of them are shown from then on. */
  tried = $state(false);
  #refused = $state.raw<readonly { problem: Problem; value: string }[]>([]);
  /** What a part of the form found out itself: a data set that cannot be read. */
  #found = $state.raw<Found>(NOTHING);
  /** The last refusal of the server as a whole. */
  refusal = $state.raw<Refusal | null>(null);
  /** The server could not be reached, or failed. */
  trouble = $state.raw<Trouble | null>(null);
  /** When the browser last took a copy; null: never, or it is too large to keep. */
  keptAt = $state.raw<Date | null>(null);
  /** The copy is without the rows of the data set: they are too large to keep. */
  keptWithoutRows = $state(false);
  /** The hash of the list of effects that the user agreed to. */
  acknowledged = $state<string | null>(null);

  readonly plan = $derived.by(() => toPlan(this.fields));
  readonly #own: readonly Problem[] = $derived.by(() => [...problemsOf(this.plan), ...this.#found.problems]);
  readonly #stillRefused: readonly Problem[] = $derived.by(() =>
    this.#refused.filter(({ problem, value }) => this.#valueOf(problem.path) === value).map(({ problem }) => problem),
  );
  readonly problems: readonly Problem[] = $derived([
    ...this.#own,
    ...this.#stillRefused.filter((refused) => !this.#own.some(({ path }) => path === refused.path)),
  ]);
  /** What is saved, or what a new form proposes. */
  #start = $state.raw('');
  readonly #text: string = $derived.by(() => JSON.stringify(this.fields));
  readonly changed: boolean = $derived(this.#text !== this.#start);
  savedAt = $state.raw<Date | null>(null);
  /** What the copy in the browser was made of. */
  #written = '';

  key: string;

  /** `start`: what the form shows when nothing was typed before. */
  constructor(key: string, start: Fields) {
    this.key = key;
    this.#start = JSON.stringify(start);
    this.fields = recall(key, start) ?? start;
    this.#written = this.#text;
  }

  /** Shown problems of a field, or of the group that the field stands for. */
  at(field: string): readonly Problem[] {
    const shown = this.tried || this.#touched.some((touched) => within(field, touched) || within(touched, field));
    return (shown ? this.problems : this.#stillRefused).filter(({ path }) => within(path, field));
  }

  touch(field: string): void {
    if (!this.#touched.includes(field)) this.#touched = [...this.#touched, field];
  }

  /** Inside an effect: what a part of the form says of its own field, for as long as it is there. */
  found(found: Found): () => void {
    this.#found = found;
    return () => (this.#found = NOTHING);
  }

  /** Is this said beside the field that it is about? */
  saysAlready(warning: string): boolean {
    return this.#found.warnings.includes(warning);
  }

  /** A refusal as a whole, and at its fields. What is wrong with a script is in its files, not in a field. */
  refuse(refusal: Refusal): void {
    this.refusal = refusal;
    if (refusal.code !== 'invalid_script') this.refuseFields(refusal.problems);
  }

  /** What the server refused stays at its field until the field is changed. */
  refuseFields(problems: readonly Problem[]): void {
    this.#refused = problems.map((given) => {
      const problem = atField(given);
      return { problem, value: this.#valueOf(problem.path) };
    });
  }

  forgive(): void {
    this.refusal = null;
    this.trouble = null;
    this.#refused = [];
  }

  /** With the framework: what one refuses another may take. */
  #valueOf(path: string): string {
    const [place, variable = ''] = path.split('.');
    if (place === 'environment') return environment.valueOf(variable);
    return JSON.stringify([this.fields.framework, path === 'name' ? this.fields.name : valueAt(this.plan, path)]);
  }

  /** Inside an effect: keeps the fields a moment after their last change, and at once when the page goes away. */
  keep(): () => void {
    const text = this.#text;
    const write = () => this.#write(text);
    const timer = setTimeout(write, KEEP_AFTER_MS);
    window.addEventListener('pagehide', write, { once: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pagehide', write);
    };
  }

  /** When the form is left. */
  keepNow(): void {
    this.#write(this.#text);
  }

  #write(text: string): void {
    if (text === this.#written) return;
    this.#written = text;
    if (text === this.#start) return forget(this.key);
    const kept = keep(this.key, text);
    this.keptAt = kept === 'not' ? null : new Date();
    this.keptWithoutRows = kept === 'without_rows';
  }

  /** From here on the saved test holds it, and the draft is the one of that test. */
  savedAs(key: string): void {
    forget(this.key);
    open.delete(this.key);
    this.key = key;
    open.set(key, this);
    this.#start = this.#text;
    this.#written = this.#text;
    this.savedAt = new Date();
  }
}

function samePlan(a: Fields, b: Fields): boolean {
  const essence = (fields: Fields) => JSON.stringify([fields.name, fields.framework, toPlan(fields)]);
  return essence(a) === essence(b);
}

const open = new Map<string, Draft>();

export const newDraftKey = (workflowId: string) => `new:${workflowId}`;
export const testDraftKey = (loadTestId: string) => `test:${loadTestId}`;

/**
 * The draft under a key: the one that is open (form and script share it) unless the saved test has changed elsewhere, else
 * the kept one, else `start`. Called from `load`, not from a component: a draft outlives the page that opened it.
 */
export function openDraft(key: string, start: Fields): Draft {
  const known = open.get(key);
  if (known && (known.changed || known.refusal || samePlan(known.fields, start))) return known;
  const draft = new Draft(key, start);
  open.set(key, draft);
  return draft;
}
