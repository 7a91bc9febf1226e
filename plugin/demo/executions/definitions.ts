/** Definitions that came in requests: equal ones share their delays and their queue, whoever sent them. */
import { createHash } from 'node:crypto';
import { readDefinition } from './definition.ts';
import { Recent } from './recent.ts';
import { okForEach, type Runnable } from './runnable.ts';
import { Threads } from './threads.ts';
import { Workload } from './workload.ts';

const MOST = 1000;

export class Definitions {
  readonly #seed: number;
  readonly #known = new Recent<Runnable>(MOST);

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** null: there are no nodes in it. Throws `BadDemo`. */
  runnable(value: unknown): Runnable | null {
    const definition = readDefinition(value);
    if (definition === null) return null;
    const key = createHash('sha256').update(JSON.stringify(value)).digest('hex');
    const { threads } = definition.demo;
    const outputs = okForEach(definition);
    return this.#known.get(key, () => ({
      definition,
      workload: new Workload(definition, key, this.#seed),
      threads: threads === undefined ? null : new Threads(threads),
      outputs: () => outputs,
    }));
  }
}
