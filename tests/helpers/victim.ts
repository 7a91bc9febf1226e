/** A server in a process of its own (`killable.ts`) that a test kills, freezes and lets go on; and what lives of its runs, whoever their parent is by now. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ServerOptions } from '../../server/start.ts';
import { definition, planFor, REFUSAL } from './runs.ts';
import { until } from './until.ts';

export interface Victim extends AsyncDisposable {
  readonly url: string;
  /** What it logged as an error, and whatever else it printed. */
  errors(): string;
  query<T>(query: string, variables?: object): Promise<T>;
  /** kill -9: nothing of it has a chance to say or to end anything. Resolves with the epoch ms of the signal. */
  kill(): Promise<number>;
  freeze(): void;
  thaw(): void;
}

export interface VictimOptions {
  readonly dataFolder: string;
  /** Path of what stands where Locust is expected. */
  readonly locust: string;
  /** Default: the embedded database in the data folder. */
  readonly databaseUrl?: string;
  readonly more?: Partial<Pick<ServerOptions, 'stopGraceMs' | 'sandbox' | 'renewMs' | 'toolPaths' | 'cloudSettings'>>;
}

export async function victim({ dataFolder, locust, databaseUrl = '', more = {} }: VictimOptions): Promise<Victim> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'killable.ts'), dataFolder, locust, databaseUrl, JSON.stringify(more)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { said += chunk; });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async () => {
    const at = Date.now();
    child.kill('SIGKILL');
    await exited;
    return at;
  };
  const url = await until('the server is there', () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${said}`);
    return /^http:\S+$/m.exec(said)?.[0];
  }, 60_000);
  return {
    url,
    errors: () => said.replace(url, '').trim(),
    async query<T>(query: string, variables: object = {}) {
      const answer = await fetch(`${url}/plugins/load-testing/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
      const { data, errors } = (await answer.json()) as { data: T; errors?: { message: string }[] };
      if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
      return data;
    },
    kill,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => void (await kill()),
  };
}

/** Starts a run that would last for minutes. */
export async function startedOn(server: Pick<Victim, 'query'>): Promise<string> {
  const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9', { load: { preset: { key: 'constant', users: 2, durationMs: 300_000 } } }) };
  const { startRun } = await server.query<{ startRun: { id: string; message?: string } }>(`mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } ${REFUSAL} } }`, { input });
  if (startRun.message) throw new Error(startRun.message);
  return startRun.id;
}

export const stopOn = (server: Pick<Victim, 'query'>, runId: string) => server.query(`mutation ($runId: ID!) { stopRun(runId: $runId) { ... on LoadTestRun { state } ${REFUSAL} } }`, { runId });

export interface Told {
  readonly id: string;
  readonly state: string;
  readonly verdict: string | null;
  readonly ending: { readonly cause: string; readonly message: string } | null;
  readonly moves: { readonly to: string }[];
  readonly summary: { readonly requests: number } | null;
  readonly metrics: { readonly offsetMs: number; readonly requests: number; readonly latency: { readonly maxMs: number } | null }[];
}

const RUN = 'id state verdict ending { cause message } moves { to } summary { requests } metrics { offsetMs requests latency { maxMs } }';

export async function toldBy(server: Pick<Victim, 'query'>, id: string): Promise<Told> {
  return (await server.query<{ loadTestRun: Told }>(`query ($id: ID!) { loadTestRun(id: $id) { ${RUN} } }`, { id })).loadTestRun;
}

/** The newest first. */
export async function allToldBy(server: Pick<Victim, 'query'>): Promise<Told[]> {
  const { loadTestRuns } = await server.query<{ loadTestRuns: { edges: { node: Told }[] } }>(`{ loadTestRuns(first: 20) { edges { node { ${RUN} } } } }`);
  return loadTestRuns.edges.map(({ node }) => node);
}

/** As it stands in the database and in the name of its folder: the API's ids say of what they are. */
export const uuidOf = (id: string): string => /^LoadTestRun:(.+)$/.exec(Buffer.from(id, 'base64').toString())?.[1] ?? id;

export const homeOfRun = (dataFolder: string, id: string): string => path.join(dataFolder, 'runs', uuidOf(id), 'home');
export const runFolders = (dataFolder: string): string[] => (existsSync(path.join(dataFolder, 'runs')) ? readdirSync(path.join(dataFolder, 'runs')) : []);

/** Living processes that were started with a HOME below this data folder, in whatever group and with whatever parent; with their command lines. */
export const livingOf = (dataFolder: string): string[] => livingBelow(path.join(dataFolder, 'runs'));

/** The same with a HOME anywhere below a folder: shards, too. */
export function livingBelow(folder: string): string[] {
  return living(({ environment }) => `\0${environment}`.includes(`\0HOME=${folder}/`));
}

/** Those with this in their command line. */
export const livingWith = (text: string): string[] => living(({ command }) => command.includes(text));

function living(is: (its: { readonly environment: string; readonly command: string }) => boolean): string[] {
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).flatMap((pid) => {
    try {
      const its = { environment: readFileSync(`/proc/${pid}/environ`, 'utf8'), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() };
      return is(its) ? [`${pid} ${its.command}`] : [];
    } catch {
      return []; // it ended while we were looking
    }
  });
}
