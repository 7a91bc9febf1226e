/**
 * What a definition's text costs before a script is made of it: read, look for secrets, cut them out. Against JSON.stringify of the
 * same object in the same process; a whole script may take 8 times of that. And how much memory, in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sessionsDefinition } from '../server/workflow/convert.ts';
import { readWorkflow } from '../server/workflow/read.ts';
import { findSecrets, redact } from '../server/workflow/secrets.ts';
import type { Workflow } from '../server/workflow/workflow.ts';

const MEGABYTE = 1024 * 1024;

/** Half of each node is code, the other half rows of small values: long texts are cheap to scan, many members are not. */
function definitionOf(nodes: number, bytes: number): object {
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

function read(text: string): Workflow {
  const { workflow } = readWorkflow(text);
  if (!workflow) throw new Error('the definition of this bench is not valid');
  return workflow;
}

function redacted(workflow: Workflow): string {
  const { found, problems } = findSecrets(workflow);
  if (found.length !== workflow.nodes.length || problems.length > 0) throw new Error('the secrets of this bench are not found');
  return redact(workflow.text, found).text;
}

function best<T>(times: number, run: () => T): { ms: number; result: T } {
  let ms = Infinity;
  let result = run();
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    result = run();
    ms = Math.min(ms, performance.now() - from);
  }
  return { ms, result };
}

/** The most memory that this process ever had, in bytes. */
const peak = () => process.resourceUsage().maxRSS * 1024;

const [, , file] = process.argv;
if (file === undefined) {
  for (const megabytes of [5, 9.7]) {
    const definition = definitionOf(500, megabytes * MEGABYTE);
    const stringified = best(9, () => JSON.stringify(definition));
    const text = stringified.result;
    const times = (ms: number) => `${ms.toFixed(0).padStart(4)} ms = ${(ms / stringified.ms).toFixed(1)} x`;
    console.log(`${(text.length / MEGABYTE).toFixed(1)} MB, 500 nodes, 500 secrets: JSON.stringify ${stringified.ms.toFixed(1)} ms`);
    const reading = best(9, () => read(text));
    const finding = best(9, () => redacted(reading.result));
    const converting = best(9, () => sessionsDefinition(reading.result, finding.result));
    console.log(`  read ${times(reading.ms)}; find and cut out secrets ${times(finding.ms)}; together ${times(reading.ms + finding.ms)}; convert for sessions ${times(converting.ms)}`);

    const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
    const at = path.join(folder, 'definition.json');
    writeFileSync(at, text);
    console.log(`  ${execFileSync(process.execPath, [import.meta.filename, at], { encoding: 'utf8' }).trim()}`);
    rmSync(folder, { recursive: true });
  }
} else {
  const text = readFileSync(file, 'utf8');
  const before = peak();
  const kept = redacted(read(text));
  console.log(`peak memory of reading and cutting out: ${((peak() - before) / text.length).toFixed(1)} x the definition (${(kept.length / MEGABYTE).toFixed(1)} MB stay)`);
}
