/** From a large definition to a whole script, against JSON.stringify of the same object in the same process. Limits: 8 times, 0.2 s at 5 MB, 1 s at 10 MB. */
import { generateScript } from '../server/script/generate.ts';
import { parsePlan } from '../server/script/plan.ts';
import { resolvePlan } from '../server/script/resolve.ts';
import { readWorkflow } from '../server/workflow/read.ts';
import { frameworks } from '../templates/index.ts';

const MEGABYTE = 1024 * 1024;

function definitionOf(nodes: number, bytes: number): object {
  const line = 'for row in rows:\n    total += row["price"] * 1.19  # {{ as it is }}\n';
  const code = line.repeat(Math.floor(bytes / nodes / (line.length * 1.05)));
  return {
    nodes: Array.from({ length: nodes }, (_, i) => ({ id: `node_${i}`, type: 'PythonCodeNode', parameters: { code, api_key: `sk-live-${i}-0123456789abcdef`, retries: i }, position: { x: i, y: i } })),
    edges: Array.from({ length: nodes - 1 }, (_, i) => ({ source: `node_${i}`, target: `node_${i + 1}` })),
    metadata: { name: 'large', version: '1.0.0' },
  };
}

const { plan } = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'constant' } } });
if (!plan) throw new Error('the plan of this bench is not valid');
const resolved = resolvePlan(plan);

function best(times: number, run: () => void): number {
  let least = Infinity;
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    run();
    least = Math.min(least, performance.now() - from);
  }
  return least;
}

for (const megabytes of [5, 10]) {
  const definition = definitionOf(500, megabytes * MEGABYTE);
  const text = JSON.stringify(definition);
  const stringifyMs = best(9, () => JSON.stringify(definition));
  console.log(`${(text.length / MEGABYTE).toFixed(1)} MB, 500 nodes: JSON.stringify ${stringifyMs.toFixed(1)} ms`);
  for (const framework of frameworks) {
    const generate = () => {
      const { workflow } = readWorkflow(text);
      if (!workflow) throw new Error('the definition of this bench is not valid');
      generateScript(framework, workflow, resolved, null);
    };
    generate();
    const ms = best(7, generate);
    globalThis.gc?.();
    const before = process.memoryUsage();
    generate();
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    console.log(`  ${framework.name.padEnd(9)} ${ms.toFixed(0).padStart(4)} ms = ${(ms / stringifyMs).toFixed(1)} x JSON.stringify; memory ${(grown / text.length).toFixed(1)} x the definition before collection`);
  }
}
