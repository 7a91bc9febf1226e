/** A large definition, and how the benches of this folder measure. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const MEGABYTE = 1024 * 1024;

/** Half of each node is code, the other half rows of small values: long texts are cheap to scan, many members are not. */
export function definitionOf(nodes: number, bytes: number): object {
  const each = bytes / nodes / 2;
  const line = 'for row in rows:\n    total += row["price"] * 1.19  # {{ as it is }}, see https://example.com/rules?id=7\n';
  const code = line.repeat(Math.floor(each / (line.length + 4)));
  const rowsOf = (i: number) => Array.from({ length: Math.floor(each / 92) }, (_, row) => ({ sku: `sku-${i}-${row}`, price: row * 1.25, stock: row, active: row % 2 === 0, tags: ['a', 'b'], next_token: null }));
  return {
    nodes: Array.from({ length: nodes }, (_, i) => ({
      id: `node_${i}`,
      type: 'PythonCodeNode',
      parameters: { code, rows: rowsOf(i), api_key: `sk-live-${i}-0123456789abcdef`, url: `https://api.example.com/v1/items/${i}?limit=10` },
      position: { x: i, y: i },
    })),
    edges: Array.from({ length: nodes - 1 }, (_, i) => ({ source: `node_${i}`, target: `node_${i + 1}` })),
    metadata: { name: 'large', version: '1.0.0' },
  };
}

export function best<T>(times: number, run: () => T): { ms: number; result: T } {
  let ms = Infinity;
  let result = run();
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    result = run();
    ms = Math.min(ms, performance.now() - from);
  }
  return { ms, result };
}

/** Milliseconds of each at its best, in turns: a machine that is busy for a while is so for all of them. */
export function bestInTurns(times: number, runs: readonly (() => unknown)[]): number[] {
  const all = Array.from({ length: times }, () => runs.map((run) => best(1, run).ms));
  return runs.map((_run, i) => Math.min(...all.map((turn) => turn[i] ?? Infinity)));
}

/** The most memory that this process ever had, in bytes. */
export const peak = () => process.resourceUsage().maxRSS * 1024;

/** What a bench prints when it is run in a process of its own with these arguments and, as the last one, the path of a file that holds the text. */
export function inOwnProcess(bench: string, text: string, ...args: string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const at = path.join(folder, 'definition.json');
  writeFileSync(at, text);
  try {
    return execFileSync(process.execPath, [bench, ...args, at], { encoding: 'utf8' }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
