/** A list of the server, of which the first page is there and further ones are read when they are asked for. */
import type { Answer } from './answer.ts';

export interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export class Further<Node> {
  #pages = $state.raw<readonly Page<Node>[]>([]);
  busy = $state(false);
  /** Why the next page did not come. */
  problem = $state.raw<string | null>(null);
  readonly #first: () => Page<Node>;
  readonly #read: (after: string | null) => Promise<Answer<Page<Node>>>;
  readonly #all: readonly Page<Node>[] = $derived.by(() => [this.#first(), ...this.#pages]);
  readonly nodes: readonly Node[] = $derived.by(() => this.#all.flatMap(({ edges }) => edges.map(({ node }) => node)));
  readonly #last: Page<Node>['pageInfo'] | undefined = $derived.by(() => this.#all.at(-1)?.pageInfo);
  readonly hasMore: boolean = $derived.by(() => this.#last?.hasNextPage ?? false);

  /** @param read the page after a cursor */
  constructor(first: () => Page<Node>, read: (after: string | null) => Promise<Answer<Page<Node>>>) {
    this.#first = first;
    this.#read = read;
  }

  async more(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    const before = this.#last;
    const { ok, refusal, trouble } = await this.#read(before?.endCursor ?? null);
    this.busy = false;
    if (ok && before === this.#last) this.#pages = [...this.#pages, ok];
    this.problem = (refusal ?? trouble)?.message ?? null;
  }

  /** The first page was read anew: what followed it may be something else now. */
  again(): void {
    this.#pages = [];
  }
}
