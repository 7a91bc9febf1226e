/** The tools of all frameworks, as this server sees them. A found one is remembered; a missing one is looked for again. */
import { type Framework, frameworks as ownFrameworks } from '../../templates/index.ts';
import { findTool, type FoundTool, type Places } from './find.ts';
import { installTool } from './install.ts';

export interface Tools {
  find(key: string): Promise<FoundTool>;
}

export interface PrepareOptions extends Places {
  readonly environment: Readonly<Record<string, string>>;
  /** One line of progress. */
  readonly report: (line: string) => void;
  /** Default: all that the product has. */
  readonly frameworks?: readonly Framework[];
  /** Ends what is being installed. */
  readonly signal?: AbortSignal;
}

/** Installs what is missing, side by side, with a line each. Never throws for a tool: the others still work. */
export async function prepareTools(options: PrepareOptions): Promise<Tools> {
  const { frameworks = ownFrameworks } = options;
  const problems = new Map<string, string>();
  const prepare = async (framework: Framework) => {
    if (options.explicit[framework.tool.pathVariable]) return;
    const problem = await installTool(framework, { toolsFolder: options.toolsFolder, environment: options.environment, onStart: options.report, ...(options.signal ? { signal: options.signal } : {}) });
    if (problem !== null) problems.set(framework.key, problem);
  };
  // They wait for the network most of the time, each for its own registry.
  await Promise.all(frameworks.map(prepare));
  const tools = openTools(options, problems, frameworks);
  const found = await Promise.all(frameworks.map(async (framework) => ({ framework, state: await tools.find(framework.key) })));
  for (const { framework, state } of found) options.report(lineOf(framework, state));
  return tools;
}

function lineOf(framework: Framework, state: FoundTool): string {
  return state.available ? `${framework.name} ${state.version} is ready` : `${framework.name} is not available: ${state.problem}`;
}

export function openTools(places: Places, installProblems: ReadonlyMap<string, string> = new Map(), frameworks: readonly Framework[] = ownFrameworks): Tools {
  const known = new Map<string, Promise<FoundTool>>();
  return {
    async find(key) {
      const framework = frameworks.find((f) => f.key === key);
      if (!framework) throw new Error(`no framework ${key}`);
      const pending = known.get(key) ?? findTool(framework, places);
      known.set(key, pending);
      const found = await pending;
      if (!found.available) known.delete(key);
      const problem = installProblems.get(key);
      return !found.available && problem ? { ...found, problem } : found;
    },
  };
}
