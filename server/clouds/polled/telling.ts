/** What is told of the shards of a fleet that is asked how they are again and again: a state when it is another, and nothing after an end. */
import { type FleetNews, hasEnded, type Seen } from '../cloud.ts';

export class Telling {
  readonly #tell: (news: FleetNews) => void;
  readonly #seen = new Map<number, Seen>();
  readonly #words = new Map<number, string>();

  constructor(tell: (news: FleetNews) => void) {
    this.#tell = tell;
  }

  line(shard: number, line: string): void {
    this.#tell({ shard, line });
  }

  /** What it has said beside its lines: of one that fails, the last of it is why. */
  words(shard: number, text: string): void {
    if (text.trim() !== '') this.#words.set(shard, text.trim());
  }

  state(shard: number, { state, reason: told }: Seen): void {
    const words = state === 'failed' ? this.#words.get(shard) : undefined;
    const reason = words === undefined ? told : `${told?.replace(/\.$/, '')}: ${words}`;
    const before = this.seen(shard);
    if (before && (hasEnded(before.state) || (before.state === state && before.reason === reason))) return;
    this.#seen.set(shard, { state, reason });
    this.#tell({ shard, state, reason });
  }

  /** What was told of it last; undefined: nothing. */
  seen(shard: number): Seen | undefined {
    return this.#seen.get(shard);
  }
}
