/** `PLAN` and `FLOW` of a script, as they are written there. */
export function literalsOf(script: string): Record<'PLAN' | 'FLOW', string>;
