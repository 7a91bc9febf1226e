/** One session of a sessions server: whose it is, and the workflows that were created in it. */
import { randomUUID } from 'node:crypto';
import type { Runnable } from '../executions/runnable.ts';

export interface Created {
  readonly id: string;
  readonly name: string;
  readonly runnable: Runnable;
}

export class Session {
  readonly id = randomUUID();
  readonly user: string;
  readonly createdAt = Date.now();
  readonly #workflows = new Map<string, Created>();

  constructor(user: string) {
    this.user = user;
  }

  create(name: string, runnable: Runnable): Created {
    const created = { id: randomUUID(), name, runnable };
    this.#workflows.set(created.id, created);
    return created;
  }

  workflow(id: string): Created | undefined {
    return this.#workflows.get(id);
  }
}
