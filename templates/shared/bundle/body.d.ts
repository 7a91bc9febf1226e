import type { FlowValue, ScriptFlow, ScriptRequest } from '../../framework.ts';

export declare function bodiesOf(
  flow: Pick<ScriptFlow, 'secrets'>,
  read: (path: string) => string,
  variables: Readonly<Record<string, string>>,
): (request: ScriptRequest, values: Readonly<Partial<Record<FlowValue, string>>>, inputs: string) => string | null;
