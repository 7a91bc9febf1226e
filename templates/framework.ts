/** The contract of a framework: one folder and one line in `index.ts`. */
import type { WorkflowShape } from '../server/workflow/workflow.ts';

/** What a script is made of. Texts of the user travel in `files`, never in a code position. */
export interface ScriptInput {
  readonly generatorVersion: string;
  readonly workflowHash: string;
  readonly workflowShape: WorkflowShape;
  readonly planHash: string;
  /** The canonical text of the plan (PlanInput's shape), for the `begin` line. */
  readonly planText: string;
  readonly plan: ScriptPlan;
  readonly request: ScriptRequest;
  /** Data files of the bundle that `request.body` names, path -> text, byte for byte. */
  readonly data: Readonly<Record<string, string>>;
}

/** The numbers that a script carries in its one block, with the same names in every language. */
export interface ScriptPlan {
  readonly model: 'closed' | 'open';
  /** `target`: users or iterations per second at the END of the stage; linear from the stage before (0 at the start); durationMs 0 is a jump. */
  readonly stages: readonly { readonly durationMs: number; readonly target: number }[];
  readonly maxUsers: number;
  /** Smoke: no further iteration starts after so many; null: the stages decide. */
  readonly maxIterations: number | null;
  readonly durationMs: number;
  /** Open model (and smoke): the exact number of iterations that the plan starts. */
  readonly plannedIterations: number | null;
  readonly steady: readonly (readonly [fromMs: number, toMs: number])[];
  readonly thinkTimeMs: readonly [min: number, max: number];
  readonly requestTimeoutMs: number;
  readonly connections: 'reuse' | 'perIteration';
  readonly objectives: readonly ScriptObjective[];
}

export interface ScriptObjective {
  readonly metric: 'latency' | 'error_ratio' | 'throughput';
  readonly statistic: string | null;
  readonly comparison: '<' | '<=' | '>' | '>=';
  readonly value: number;
  /** null: judged on executions. */
  readonly requestName: string | null;
  readonly during: 'steady' | 'whole';
  /** The error objective that every plan has; it passes whenever nothing failed. */
  readonly added: boolean;
  /** Percentile in thousandths (p99.9 = 999, max = 1000); null: not a percentile. */
  readonly perMille: number | null;
  /** Latency: the smallest whole number of microseconds that counts as slower than the limit. */
  readonly slowerFromMicros: number | null;
  /** Error ratio: the limit in parts per million. */
  readonly limitPpm: number | null;
}

export interface ScriptRequest {
  /** Request name in samples and statistics. */
  readonly name: string;
  readonly method: 'POST';
  /** Default target; `LOAD_TEST_TARGET` replaces it when the script runs. */
  readonly baseUrl: string;
  readonly path: string;
  /** Besides those that every script sends: content-type, accept-encoding, user-agent. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The body is these parts joined: literal text, or the bytes of a data file. */
  readonly body: readonly ({ readonly text: string } | { readonly file: string })[];
  readonly success: { readonly rule: 'studio' | 'gateway'; readonly failOnSuccessFalse: boolean };
  /** The token comes from this environment variable; null: no authentication. */
  readonly bearerVariable: string | null;
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
    | { readonly kind: 'npm'; readonly folder: string; readonly executable: string }
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

/** How the tool ended, apart from the verdict. */
export type ToolEnding = 'ok' | 'objectives_failed' | 'interrupted' | 'broke';

export interface Framework {
  readonly key: string;
  readonly name: string;
  /** One or two sentences: what it is good at. */
  readonly description: string;
  readonly loadModels: readonly ('closed' | 'open')[];
  readonly tool: Tool;
  /** Why this framework cannot run this plan: never approximated in silence. Empty: it can. */
  refuse(input: ScriptInput): readonly { readonly path: string; readonly message: string }[];
  generate(input: ScriptInput): Bundle;
  run(request: RunRequest): RunCommand;
  /** Commands that must exit 0 before a run: syntax and import checks. They send nothing. */
  check(request: RunRequest): readonly Command[];
  ending(exit: Exit): ToolEnding;
  /** One sentence out of what the tool printed, when it broke: the last line that says why. */
  problemFrom(stderr: string, stdout: string): string | null;
}
