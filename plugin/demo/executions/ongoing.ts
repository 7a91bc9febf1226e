/** Executions that go on after the request that asked for them was answered, and are polled. */
import type { Entry } from '../ledger/entry.ts';
import type { Accepted } from '../ledger/accepted.ts';
import type { Answer } from '../wire/answer.ts';
import { type Execution, type Served, takeTime } from './execution.ts';
import { outcomeOf, told } from './fault.ts';

/** The real server forgets none; this is more than a run can still be asking for. */
const MOST = 100_000;

export interface OngoingOptions {
  /** What the client will ask by. */
  readonly id: string;
  /** The workflow's name. */
  readonly workflow: string;
  /** Where it is known: under no other session or workflow it can be asked for. */
  readonly owner: string;
}

export class Ongoing {
  readonly owner: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly #arrived: number;
  readonly #execution: Execution;
  readonly #accepted: Accepted;
  /** null: it is not over. */
  #outcome: Answer | null = null;

  constructor(entry: Entry, execution: Execution, { id, workflow, owner }: OngoingOptions) {
    this.owner = owner;
    this.createdAt = entry.request.arrivedAt;
    this.#arrived = entry.arrived;
    this.#execution = execution;
    this.#accepted = entry.accepts({ id, workflow, intendedDelayMs: execution.draw.delayMs, lost: execution.draw.fault === 'lost' });
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#execution.draw.fault === 'endless') return;
    const release = await this.#execution.threads?.take();
    this.#accepted.start(performance.now());
    try {
      await takeTime(this.#execution, signal);
      const ended = performance.now();
      const { answer, failed } = outcomeOf(this.#execution, (ended - this.#arrived) / 1000);
      this.#outcome = answer;
      this.#accepted.end(ended, failed ? 'failed' : 'completed');
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      release?.();
    }
  }

  /** The answer to the request that asked for it. */
  accepted(answer: Answer): Served {
    const { draw, demo } = this.#execution;
    return { ...told(demo.at === 'poll' ? null : draw.fault, demo, answer), release: () => undefined };
  }

  /** The answer to a poll. */
  polled(entry: Entry, running: Answer): Served {
    const { draw, demo } = this.#execution;
    this.#accepted.poll(entry, this.#outcome !== null);
    return { ...told(demo.at === 'poll' ? draw.fault : null, demo, this.#outcome ?? running), release: () => undefined };
  }
}

export class OngoingExecutions {
  readonly #known = new Map<string, Ongoing>();

  begin(entry: Entry, execution: Execution, options: OngoingOptions, signal: AbortSignal): Ongoing {
    const ongoing = new Ongoing(entry, execution, options);
    if (execution.draw.fault !== 'lost') this.#keep(options.id, ongoing);
    // Not waited for: a bug in it is an unhandled rejection, and loud.
    void ongoing.run(signal);
    return ongoing;
  }

  find(id: string, owner: string): Ongoing | undefined {
    const found = this.#known.get(id);
    return found?.owner === owner ? found : undefined;
  }

  #keep(id: string, ongoing: Ongoing): void {
    const oldest = this.#known.keys().next();
    if (this.#known.size >= MOST && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(id, ongoing);
  }
}
