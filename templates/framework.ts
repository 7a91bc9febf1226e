/** The contract of a framework: one folder and one line in `index.ts`. */
import type { WorkflowShape } from '../server/workflow/workflow.ts';
import type { ResultFormat } from './results.ts';

/** What a script is made of. Texts of the user travel in `data`, never in a code position. */
export interface ScriptInput {
  readonly generatorVersion: string;
  readonly workflowHash: string;
  /** Of the definition that the flow's `baseline` sends; null: it has none. */
  readonly baselineHash: string | null;
  readonly workflowShape: WorkflowShape;
  readonly planHash: string;
  /** The canonical text of the plan (PlanInput's shape), for the `begin` line. */
  readonly planText: string;
  readonly plan: ScriptPlan;
  readonly flow: ScriptFlow;
  /** Environment variables without which the script does not start, in the order in which it asks for them. */
  readonly variables: readonly ScriptVariable[];
  /** Data files of the bundle that the flow names, path -> text, byte for byte. */
  readonly data: Readonly<Record<string, string>>;
  /** Folder of the operator's own templates, which extend those of the frameworks; null: none. */
  readonly customTemplates: string | null;
}

export interface ScriptVariable {
  readonly name: string;
  /** For the user: "the bearer token", "the value of /nodes/0/parameters/api_key in the definition". */
  readonly holds: string;
  /** What its text must be: printable ASCII for a header; the inside of a JSON string, escapes and all; a JSON number; anything. */
  readonly kind: 'header' | 'json' | 'number' | 'text';
}

/**
 * The numbers of a script. They stand in its one block, with the same names in every language, but for those that are called derived: these
 * the script's instrument computes from the others (`shared/bundle/plan.js`), so that who edits one number by hand need not edit a second one.
 */
export interface ScriptPlan {
  readonly model: 'closed' | 'open';
  /** `target`: users or iterations per second at the END of the stage; linear from the stage before (0 at the start); durationMs 0 is a jump. */
  readonly stages: readonly { readonly durationMs: number; readonly target: number }[];
  /** Most iterations in flight. Derived in the closed model: the most users of a stage. */
  readonly maxUsers: number;
  /** Smoke: no further iteration starts after so many; null: the stages decide. */
  readonly maxIterations: number | null;
  /** Derived: of all stages. */
  readonly durationMs: number;
  /** Derived. Open model (and smoke): the exact number of iterations that the plan starts. */
  readonly plannedIterations: number | null;
  /** Each within stages that hold their level, and over when one of them is. */
  readonly steady: readonly (readonly [fromMs: number, toMs: number])[];
  readonly thinkTimeMs: readonly [min: number, max: number];
  readonly requestTimeoutMs: number;
  /** Async: time between an answer that says "not yet" and the next poll; null: nothing is polled. */
  readonly pollIntervalMs: number | null;
  /** Async: an execution that is not over so long after its request began has failed, `poll_deadline`. */
  readonly pollDeadlineMs: number | null;
  /** Derived, from the flow as well. The longest time that one iteration can take without its think time: what the end of a run waits for. */
  readonly longestIterationMs: number;
  /** Of everything random in the inputs, 0..2^32-1: the same plan sends the same values, whatever the framework. */
  readonly seed: number;
  readonly connections: 'reuse' | 'perIteration';
  readonly objectives: readonly ScriptObjective[];
}

export interface ScriptObjective {
  readonly metric: 'latency' | 'error_ratio' | 'throughput' | 'checks_ratio';
  readonly statistic: string | null;
  readonly comparison: '<' | '<=' | '>' | '>=';
  /** null: it is held to the baseline, by `maxChangeRatio`. */
  readonly value: number | null;
  /** null: judged on executions. */
  readonly requestName: string | null;
  readonly during: 'steady' | 'whole';
  /** The error objective that every plan has; it passes whenever nothing failed. */
  readonly added: boolean;
  /** Derived. Percentile in thousandths (p99.9 = 999, max = 1000); null: not a percentile. */
  readonly perMille: number | null;
  /** Derived. Latency: the smallest whole number of microseconds that counts as slower than the limit. */
  readonly slowerFromMicros: number | null;
  /** Derived. Error ratio and checks ratio: the share that may FAIL, in parts per million (checks_ratio >= 0.99 is 10,000). */
  readonly limitPpm: number | null;
  /** The test stops when the objective was broken over the last so many ms of the steady part; null: it never stops it. */
  readonly abortAfterMs: number | null;
  /** The most that it may be worse than the baseline's, which only the server knows: a script says that it needs the server. Left out: it has a value. */
  readonly maxChangeRatio?: number;
  /** Whether a verdict is narrow only the server can say: a script judges it by its counts, and says so. Left out: narrow or not, it counts. */
  readonly strict?: true;
}

/** What one virtual user sends, in the order of first use. Which request is next is decided by `shared/bundle/journey.js`. */
export interface ScriptFlow {
  /** Default target; `LOAD_TEST_TARGET` replaces it when the script runs. */
  readonly baseUrl: string;
  /** The header that every request but the login carries; null: none. */
  readonly credential: Credential | null;
  /** Before the first iteration of each virtual user, before its token expires, and once after a 401. */
  readonly login: ScriptRequest | null;
  /** Once per virtual user, before its first execution (sessions: `session`, `workflow`). */
  readonly setUp: readonly ScriptRequest[];
  readonly execute: ScriptRequest;
  /**
   * Two definitions in one run: of each two iterations one sends this instead of `execute` (`shared/bundle/alternate.js`). It is measured under its
   * own name, and is no execution. null: there is one definition only.
   */
  readonly baseline: ScriptRequest | null;
  /** Async: asked until the execution is over. */
  readonly poll: ScriptRequest | null;
  /** An output with `success: false` is a failure. */
  readonly failOnSuccessFalse: boolean;
  readonly checks: readonly ScriptCheck[];
  readonly inputs: ScriptInputs | null;
  readonly secrets: readonly ScriptSecret[];
}

export interface Credential {
  readonly header: string;
  /** Stands before the value: `Bearer `, or nothing. */
  readonly prefix: string;
  /** Environment variable; null: the token that the login gave. */
  readonly variable: string | null;
}

/** Values that answers give and later requests need. In a path, `{session}` stands for one, percent-encoded. */
export type FlowValue = 'token' | 'session' | 'workflow' | 'execution';

export interface ScriptRequest {
  /** Request name in samples and statistics: login, session, workflow, execute, baseline, poll. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** All of them but the credential; each name once. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The body is these parts joined; null: none. */
  readonly body: readonly BodyPart[] | null;
  /** How `shared/bundle/outcome.js` reads the answer. */
  readonly success: SuccessRule;
  /** A text of the answer, by JSON pointer; without it the request has failed, `bad_body`. */
  readonly takes: { readonly value: FlowValue; readonly pointer: string } | null;
}

/** studio, gateway, custom: the answer is the execution's. accepted, started: it begins one. polled...: it tells of one. value: any 2xx object. */
export type SuccessRule = 'studio' | 'gateway' | 'custom' | 'accepted' | 'started' | 'polledGateway' | 'polledSessions' | 'value';

export type BodyPart =
  | { readonly text: string }
  /** The bytes of a data file, with its secrets put back. */
  | { readonly file: string }
  /** The inputs of this iteration. */
  | { readonly inputs: true }
  /** As a JSON string. */
  | { readonly value: FlowValue }
  /** An environment variable, as a JSON string. */
  | { readonly variable: string };

/** `equals` is JSON text; compared as values, numbers as doubles. */
export interface ScriptCheck {
  readonly name: string;
  readonly pointer: string;
  readonly equals: string;
}

/** See `shared/bundle/inputs.js`. parts: JSON array of texts and generators. rows: one row's JSON text per line. */
export type ScriptInputs =
  | { readonly kind: 'parts'; readonly file: string }
  | { readonly kind: 'rows'; readonly file: string; readonly order: 'sequential' | 'random' | 'unique'; readonly count: number };

/** In `file` stands `marker` where the text of the environment variable goes, as it is. */
export interface ScriptSecret {
  readonly variable: string;
  readonly marker: string;
  readonly file: string;
}

export interface ScriptFile {
  readonly path: string;
  readonly text: string;
  readonly mediaType: string;
}

export interface Bundle {
  readonly files: readonly ScriptFile[];
  readonly entryFile: string;
  /** How a user runs it by hand, in the bundle's folder. */
  readonly command: string;
}

/** How the tool comes to the machine and is found. */
export interface Tool {
  /** Environment variable with an explicit path: LOCUST_PATH, K6_PATH, ARTILLERY_PATH. */
  readonly pathVariable: string;
  readonly executable: string;
  readonly versionArgs: readonly string[];
  /** Reads the version out of what `versionArgs` printed; null: not this tool. */
  parseVersion(output: string): string | null;
  /** semver range that this folder's script, reporter and command were made for. */
  readonly range: string;
  /** How `npm start` installs it from this folder's lock file; null: the user brings it (k6). */
  readonly install:
    | { readonly kind: 'python'; readonly requirements: string; readonly executable: string }
    // `afterwards`: a module beside the lock file that is run in the installed folder.
    | { readonly kind: 'npm'; readonly executable: string; readonly afterwards?: string }
    | null;
  /** One or two sentences: how a user gets it. */
  readonly hint: string;
}

export interface RunRequest {
  /** Path of the tool, as found. */
  readonly executable: string;
  /** Its version, as found: a k6 script cannot ask for it. */
  readonly version?: string | null;
  /** Private folder that holds the bundle's files. */
  readonly folder: string;
  readonly entryFile: string;
  /** Path of a FIFO for tools that cannot write to descriptor 3 (k6). */
  readonly fifo: string;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the allow-listed environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface RunCommand extends Command {
  /** Where the sample lines come out. */
  readonly samples: 'descriptor' | 'fifo';
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A line of a tool's output, and what it is known to mean: a sentence; `what` is the first group of the expression. */
export interface KnownCause {
  readonly says: RegExp;
  means(what: string): string;
}

/** How the tool ended, apart from the verdict. */
export type ToolEnding = 'ok' | 'objectives_failed' | 'interrupted' | 'broke';

export interface Framework {
  readonly key: string;
  readonly name: string;
  /** One or two sentences: what it is good at. */
  readonly description: string;
  readonly loadModels: readonly ('closed' | 'open')[];
  /** Of the machine that the tool can use: near the end of that, what it measures may be its own slowness. */
  readonly cores: 'one' | 'all';
  /** What its times are counted by; wall: a clock that can be set while it runs, and a step of it shows in its lines. */
  readonly clock: 'monotonic' | 'wall';
  /** That one core can send, measured, before its own slowness stands in the numbers. */
  readonly requestsPerSecondOfCore: number;
  readonly tool: Tool;
  /** What the tool writes of its results by itself, and is read when somebody brings it. Left out: nothing. */
  readonly results?: readonly ResultFormat[];
  /** Why this framework cannot run this plan: never approximated in silence. Empty: it can. */
  refuse(input: ScriptInput): readonly { readonly path: string; readonly message: string }[];
  /** What it does in its own way with this plan, where the user should know. */
  warnings?(input: ScriptInput): readonly string[];
  generate(input: ScriptInput): Bundle;
  /** Files that every bundle has, whatever the input. */
  readonly instrument: readonly ScriptFile[];
  run(request: RunRequest): RunCommand;
  /** Commands that must exit 0 before a run: syntax and import checks. They send nothing. */
  check(request: RunRequest): readonly Command[];
  ending(exit: Exit): ToolEnding;
  /** Every exit code that the tool is known to have, in a few words that fit in parentheses. */
  readonly exitCodes: Readonly<Record<number, string>>;
  /** The most telling first. */
  readonly causes: readonly KnownCause[];
  /** One sentence out of what the tool printed, when it broke: the last line that says why. */
  problemFrom(stderr: string, stdout: string): string | null;
}
