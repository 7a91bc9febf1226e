import type { ScriptInputs } from '../../framework.ts';

export declare function newInputs(
  spec: ScriptInputs,
  text: string,
  options: { readonly seed: number; readonly shard: readonly [index: number, count: number]; uuid(): string; nowMs(): number },
): (iteration: number) => string | null;
