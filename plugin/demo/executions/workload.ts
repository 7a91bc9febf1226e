/** How long an execution takes: a lognormal around some ms per node type, along the longest path. Seeded: the n-th execution of a definition always gets the same. */
import type { Demo, Fault } from './behaviour.ts';
import type { DemoDefinition } from './definition.ts';

interface Cost {
  readonly medianMs: number;
  readonly sigma: number;
}

/** Invented, but of the right order: a model call takes long and varies, Python takes next to nothing. */
const COSTS: readonly (readonly [type: RegExp, cost: Cost])[] = [
  [/LLM|Agent|Embedding|Chat/i, { medianMs: 350, sigma: 0.35 }],
  [/Mail|SMTP/i, { medianMs: 120, sigma: 0.3 }],
  [/HTTP|REST|GraphQL|Webhook|API/i, { medianMs: 60, sigma: 0.4 }],
  [/SQL|Database|Query|Mongo|Redis/i, { medianMs: 20, sigma: 0.4 }],
  [/Reader|Writer|File|Directory/i, { medianMs: 5, sigma: 0.3 }],
  [/Python|Code/i, { medianMs: 3, sigma: 0.25 }],
];
const OTHER: Cost = { medianMs: 1, sigma: 0.2 };

export interface Draw {
  readonly delayMs: number;
  readonly fault: Fault | null;
}

/** The executions of one definition, one after the other. */
export class Workload {
  readonly #definition: DemoDefinition;
  readonly #path: readonly Cost[];
  readonly #seed: number;
  #count = 0;

  /** @param key tells definitions apart (a hash); the same key and seed give the same sequence */
  constructor(definition: DemoDefinition, key: string, seed: number) {
    this.#definition = definition;
    this.#path = definition.demo.delayMs === undefined ? longestPath(definition) : [];
    this.#seed = hashOf(`${seed} ${key}`);
  }

  next(demo = this.#definition.demo): Draw {
    this.#count += 1;
    const random = randomFrom(this.#seed + this.#count);
    const hit = demo.failRatio !== undefined ? random() < demo.failRatio : this.#count % (demo.failEvery ?? 1) === 0;
    const { delayMs } = demo.slow && this.#count >= demo.slow.from ? demo.slow : demo;
    const costs = delayMs !== undefined ? [{ medianMs: delayMs, sigma: demo.jitter ?? 0 }] : this.#path;
    const tookMs = costs.reduce((sum, cost) => sum + cost.medianMs * Math.exp((demo.jitter ?? cost.sigma) * normal(random)), 0);
    return { delayMs: tookMs, fault: hit ? faultOf(demo) : null };
  }
}

function faultOf({ fault, lose, status }: Demo): Fault | null {
  if (fault !== undefined) return fault;
  if (lose) return 'lost';
  return status === undefined ? null : 'status';
}

/** The slowest chain of nodes by their medians; a connection back into a cycle is left out. */
function longestPath(definition: DemoDefinition): Cost[] {
  const after = Map.groupBy(definition.links, ([from]) => from);
  const types = new Map(definition.nodes.map((node) => [node.id, node.type]));
  const best = new Map<string, { readonly ms: number; readonly next: string | null }>();
  for (const id of inOrder(definition).reverse()) {
    let next: string | null = null;
    for (const [, to] of after.get(id) ?? []) if ((best.get(to)?.ms ?? -1) > (next === null ? -1 : (best.get(next)?.ms ?? -1))) next = to;
    best.set(id, { ms: costOf(types.get(id) ?? '').medianMs + (next === null ? 0 : (best.get(next)?.ms ?? 0)), next });
  }
  const path: Cost[] = [];
  let at = [...best].sort(([, a], [, b]) => b.ms - a.ms)[0]?.[0] ?? null;
  while (at !== null) {
    path.push(costOf(types.get(at) ?? ''));
    at = best.get(at)?.next ?? null;
  }
  return path;
}

/** Each node after those that lead to it; what stands in a cycle comes last. */
function inOrder({ nodes, links }: DemoDefinition): string[] {
  const missing = new Map(nodes.map((node) => [node.id, 0]));
  for (const [, to] of links) if (missing.has(to)) missing.set(to, (missing.get(to) ?? 0) + 1);
  const after = Map.groupBy(links, ([from]) => from);
  const order = [...missing.keys()].filter((id) => missing.get(id) === 0);
  for (const id of order) {
    for (const [, to] of after.get(id) ?? []) {
      const left = (missing.get(to) ?? 0) - 1;
      missing.set(to, left);
      if (left === 0) order.push(to);
    }
  }
  const seen = new Set(order);
  return [...order, ...[...missing.keys()].filter((id) => !seen.has(id))];
}

const costOf = (type: string): Cost => COSTS.find(([pattern]) => pattern.test(type))?.[1] ?? OTHER;

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** mulberry32: small, seeded, good enough for delays. */
function randomFrom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
