/**
 * The plan that is being written for one workflow (and one saved test, or a new one): fields, what is wrong with them,
 * and its copy in the browser's storage, kept at each change. Values of variables are never in it.
 */
import type { TestPlan } from '../../../../server/script/plan.ts';
import type { Problem } from '../graphql/answer.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { WhereToRun } from '../place/where.svelte.ts';
import { environment } from '../run/environment.svelte.ts';
import { planWriter } from './as-opened.ts';
import { forget, keep, recall } from './draft-storage.ts';
import { emptyFields, type Fields, toPlan } from './fields.ts';
import { OtherDefinition } from './other.svelte.ts';
import { Places } from './places.svelte.ts';
import { problemsOf, valueAround, within } from './problems.ts';
import { Refusals } from './refusals.svelte.ts';

const KEEP_AFTER_MS = 250;

const isOfPlace = (path: string) => within(path, 'place') || within(path, 'cloud');
/** About a start, and nothing that keeps the plan from being saved. */
const isOfStart = (path: string) => path === 'compareWith' || isOfPlace(path);

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
  readonly refusals = new Refusals((path, otherwise) => this.#heldAt(path, otherwise), () => this.text);
  readonly places = new Places();
  /** What the next run is compared with within itself. */
  readonly other = new OtherDefinition();
  /** Where the next run is made. */
  readonly where = new WhereToRun();
  /** What a part of the form found out itself: a data set that cannot be read. */
  #found = $state.raw<Found>(NOTHING);
  /** What the operator does not allow: such a plan can be saved and taken elsewhere, not run here. */
  #forbidden = $state.raw<readonly Problem[]>([]);
  /** A limit that the form says at its field is not said again as the server put it. */
  readonly #refused: readonly Problem[] = $derived.by(() => {
    const said = this.#forbidden.length > 0 && this.refusals.last?.code === 'limit_exceeded';
    return said ? this.refusals.problems.filter(({ path }) => !within(path, 'load')) : this.refusals.problems;
  });
  /** When the browser last took a copy; null: never, or it is too large to keep. */
  keptAt = $state.raw<Date | null>(null);
  /** The copy is without the rows of the data set: they are too large to keep. */
  keptWithoutRows = $state(false);
  /** The hash of the list of effects that the user agreed to. */
  acknowledged = $state<string | null>(null);

  readonly #write: (fields: Fields) => PlanInput;
  readonly plan = $derived.by(() => this.#write(this.fields));
  /** What the form itself finds wrong. */
  readonly own: readonly Problem[] = $derived.by(() => [...problemsOf(this.plan), ...this.#found.problems]);
  /** What keeps it from being saved. */
  readonly wrong: readonly Problem[] = $derived([
    ...this.own,
    // What the form says of a field itself is about what stands there now.
    ...this.#refused.filter((refused) => !isOfStart(refused.path) && (refused.path === '' || !this.own.some(({ path }) => path === refused.path))),
  ]);
  /** What keeps it from being run. */
  readonly problems: readonly Problem[] = $derived([...this.wrong, ...this.#forbidden, ...this.other.problems, ...this.where.problems, ...this.where.foreseen, ...this.#refused.filter(({ path }) => isOfStart(path))]);
  /** What is saved, or what a new form proposes. */
  #start = $state.raw('');
  /** All fields, as JSON. */
  readonly text: string = $derived.by(() => JSON.stringify(this.fields));
  readonly changed: boolean = $derived(this.text !== this.#start);
  savedAt = $state.raw<Date | null>(null);
  /** What the copy in the browser was made of. */
  #written = '';

  key: string;

  /**
   * @param start what the form shows when nothing was typed before
   * @param opened the stored plan that it shows; null: a new one
   */
  constructor(key: string, start: Fields, opened: TestPlan | null) {
    this.key = key;
    this.#write = planWriter(opened);
    this.where.open(key);
    this.#start = JSON.stringify(start);
    this.fields = recall(key, start) ?? start;
    this.#written = this.text;
  }

  /** Shown problems of a field, or of the group that the field stands for: those that have no nearer place. */
  at(field: string): readonly Problem[] {
    return (this.tried || this.#isTouched(field) ? this.problems : this.#unasked).filter(({ path }) => this.places.of(path) === field);
  }

  #isTouched(field: string): boolean {
    return this.#touched.some((touched) => within(field, touched) || within(touched, field));
  }

  /** Shown before anything was tried. */
  readonly #unasked: readonly Problem[] = $derived([...this.#refused, ...this.#forbidden, ...this.where.foreseen]);

  /** Shown problems that no part of the form shows. */
  readonly elsewhere: readonly Problem[] = $derived((this.tried ? this.problems : this.#unasked).filter(({ path }) => this.places.of(path) === null));

  /** All that the form shows as wrong, each once. The rest is about fields that nobody has left yet. */
  readonly shown: readonly Problem[] = $derived.by(() => {
    if (this.tried) return this.problems;
    return this.problems.filter((problem) => {
      const place = this.places.of(problem.path);
      return this.#unasked.includes(problem) || (place !== null && this.#isTouched(place));
    });
  });

  touch(field: string): void {
    if (!this.#touched.includes(field)) this.#touched = [...this.#touched, field];
  }

  /** A row that is added where another one was is a new one. */
  added(row: string): void {
    this.#touched = this.#touched.filter((touched) => !within(touched, row));
  }

  /** Inside an effect: what a part of the form says of its own field, for as long as it is there. */
  found(found: Found): () => void {
    this.#found = found;
    return () => (this.#found = NOTHING);
  }

  /** Inside an effect: what is not allowed here, for as long as the form is there. */
  forbid(problems: readonly Problem[]): () => void {
    this.#forbidden = problems;
    return () => (this.#forbidden = []);
  }

  /** Is this said beside the field that it is about? */
  saysAlready(warning: string): boolean {
    return this.#found.warnings.includes(warning);
  }

  /** With the framework: what one refuses another may take. */
  #heldAt(path: string, otherwise: string): string {
    const [place = '', variable = ''] = path.split('.');
    if (place === 'environment') return environment.valueOf(variable);
    // Any change of the plan may cure it: another target, another load.
    if (place === 'compareWith') return JSON.stringify([this.fields.framework, this.other.input, this.plan]);
    if (isOfPlace(path)) return JSON.stringify([this.fields.framework, this.where.input, this.plan]);
    const value = path === 'name' ? this.fields.name : valueAround(this.plan, path);
    return JSON.stringify([this.fields.framework, value === undefined ? otherwise : value]);
  }

  /** Inside an effect: keeps the fields a moment after their last change, and at once when the page goes away. */
  keep(): () => void {
    const text = this.text;
    const write = () => this.#keep(text);
    const timer = setTimeout(write, KEEP_AFTER_MS);
    window.addEventListener('pagehide', write, { once: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pagehide', write);
    };
  }

  /** When the form is left. */
  keepNow(): void {
    this.#keep(this.text);
  }

  #keep(text: string): void {
    if (text === this.#written) return;
    this.#written = text;
    if (text === this.#start) return forget(this.key);
    const kept = keep(this.key, text);
    this.keptAt = kept === 'not' ? null : new Date();
    this.keptWithoutRows = kept === 'without_rows';
  }

  /** From here on the saved test holds what was sent, and the draft is the one of that test. @param sent its `text` at that time: more may have been typed since */
  savedAs(key: string, sent: string): void {
    forget(this.key);
    open.delete(this.key);
    this.key = key;
    open.set(key, this);
    this.where.movedTo(key);
    this.#start = sent;
    this.#written = sent;
    this.savedAt = new Date();
    this.keepNow();
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
 * the kept one, else `start`, which shows the stored plan `opened`. Called from `load`, not from a component: a draft outlives the page
 * that opened it.
 */
export function openDraft(key: string, start: Fields, opened: TestPlan | null = null): Draft {
  const known = open.get(key);
  if (known && (known.changed || known.refusals.last || samePlan(known.fields, start))) return known;
  const draft = new Draft(key, start, opened);
  open.set(key, draft);
  return draft;
}
