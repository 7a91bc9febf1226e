/** Who may import what, as `server/README.md` says it: the linter's own answer for imports that nobody should write, and for their neighbours. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const both = (source: string) => [`import { a } from '${source}';`, `import type { A } from '${source}';`];

/** [file, what stands in it, why not; null: it may] */
const cases: readonly (readonly [file: string, lines: readonly string[], refused: string | null])[] = [
  ...['plugin/x.ts', 'server/http.ts', 'server/start.ts', 'server/run/stop.ts', 'server/inputs/x.ts', 'server/graphql/run.ts', 'templates/k6/x.ts'].map((file) => [file, [...both('drizzle-orm'), ...both('drizzle-orm/pg-core'), ...both('postgres'), ...both('@electric-sql/pglite')], 'The database only in'] as const),
  ['server/http.ts', ['export * from "postgres";', 'export const a = await import("postgres");', 'export type A = import("postgres").A;', 'import "postgres";'], 'The database only in'],
  ['server/db/x.ts', both('drizzle-orm'), null],
  ['server/run/store.ts', both('drizzle-orm'), null],
  ...['plugin/x.ts', 'server/http.ts', 'server/db/x.ts', 'server/run/store.ts', 'templates/k6/x.ts'].map((file) => [file, [...both('execa'), ...both('node:child_process')], 'Programs are started only in'] as const),
  ['server/process/x.ts', both('execa'), null],
  ...['plugin/x.ts', 'server/http.ts', 'server/process/x.ts', 'templates/k6/x.ts'].map((file) => [file, [...both('graphql-yoga'), ...both('@pothos/core'), ...both('graphql-ws/use/ws')], 'Pothos, Yoga and graphql-ws only in'] as const),
  ['server/graphql/x.ts', both('graphql-yoga'), null],
  ...['server/http.ts', 'server/script/x.ts', 'templates/k6/x.ts'].map((file) => [file, both('nunjucks'), 'Nunjucks only in'] as const),
  ['templates/shared/render.ts', both('nunjucks'), null],
  ...['server/http.ts', 'server/db/x.ts', 'server/graphql/x.ts', 'server/script/flow/x.ts'].map((file) => [file, [...both('../templates/k6/index.ts'), ...both('../../../templates/shared/render.ts')], 'only index.ts, journey.ts and the types of framework.ts'] as const),
  ['server/script/x.ts', [...both('../../templates/index.ts'), ...both('../../templates/framework.ts')], null],
  ...['server/http.ts', 'server/graphql/x.ts', 'templates/k6/x.ts'].map((file) => [file, both('../../ui/src/lib/x.ts'), 'Only the panel'] as const),
  ['server/http.ts', ['import { a } from "../plugin/host.ts";', 'import { type A } from "../plugin/host.ts";', 'export { b } from "../plugin/host.ts";'], 'Only types come from there'],
  ['server/http.ts', ['import type { A } from "../plugin/host.ts";', 'export type { B } from "../plugin/host.ts";'], null],
  ['templates/k6/x.ts', ['import { a } from "../../server/script/plan.ts";'], 'Only types come from there'],
  ['templates/k6/x.ts', ['import type { A } from "../../server/script/plan.ts";'], null],
  ['templates/k6/x.ts', both('../../server/run/start.ts'), 'templates take only types'],
  ['server/workflow/x.ts', both('../script/plan.ts'), 'only to the left'],
  ['server/script/store.ts', both('../run/state.ts'), 'only to the left'],
  ['server/metrics/x.ts', both('../verdict/judge.ts'), 'only to the left'],
  ['server/verdict/x.ts', both('../run/state.ts'), 'only to the left'],
  ['server/process/x.ts', both('../run/state.ts'), 'only to the left'],
  ['server/run/x.ts', both('../graphql/server.ts'), 'only to the left'],
  ['server/run/x.ts', [...both('../verdict/judge.ts'), ...both('../process/start.ts')], null],
  ['server/run/x.ts', both('../report/reports.ts'), 'only to the left'],
  ['server/report/x.ts', [...both('../trend/compare.ts'), ...both('../graphql/ids.ts'), ...both('../process/start.ts')], 'only to the left'],
  ['server/report/x.ts', [...both('../run/run.ts'), ...both('../verdict/judge.ts')], null],
  ['server/db/x.ts', both('../graphql/server.ts'), 'knows nothing of graphql'],
  ['ui/src/lib/x.svelte', ['import { a } from "../../../server/run/start.ts";', 'import { b } from "../../../plugin/host.ts";'], 'The panel takes'],
  ['ui/src/lib/x.svelte', ['import { c } from "../../../server/script/plan.ts";'], null],
];

/** Each file once: its lines, and what is said against each. */
const files = Map.groupBy(cases.flatMap(([file, lines, refused]) => lines.map((line) => ({ file, line, refused }))), ({ file }) => file);

/** What is said about imports. */
const RULES = [...new Set(cases.flatMap(([, , refused]) => refused ?? []))];

interface Report {
  readonly diagnostics: readonly { readonly message: string; readonly location: { readonly path: string; readonly start: { readonly line: number } } }[];
}

let folder: string;
let report: Report;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lint-'));
  await Promise.all(['biome.json', 'lint'].map((name) => cp(path.join(root, name), path.join(folder, name), { recursive: true })));
  for (const [file, lines] of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    const text = lines.map(({ line }) => line).join('\n');
    await writeFile(path.join(folder, file), file.endsWith('.svelte') ? `<script lang="ts">${text}\n</script>\n` : `${text}\n`);
  }
  const biome = path.join(root, 'node_modules/.bin/biome');
  // It exits with 1: there is much to say.
  const { stdout } = await promisify(execFile)(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], { cwd: folder, maxBuffer: 1e8 }).catch((error: { stdout: string }) => error);
  report = JSON.parse(stdout) as Report;
});
afterAll(() => rm(folder, { recursive: true }));

test.each([...files])('in %s', (file, lines) => {
  const said = lines.map(({ line, refused }, i) => {
    const here = report.diagnostics.filter(({ location }) => location.path === file && location.start.line === i + 1).map(({ message }) => message);
    // The linter says other things too, of names that nobody uses.
    const rules = RULES.filter((rule) => here.some((message) => message.includes(rule)));
    return [line, refused !== null && rules.includes(refused) ? refused : rules.join()];
  });
  expect(said).toEqual(lines.map(({ line, refused }) => [line, refused ?? '']));
});
