/** Is a saved test still what ran then? Then it can be run again to the same end. Pure. */
import { samePlan } from './same-plan.ts';

interface Test {
  readonly framework: string;
  readonly plan: unknown;
}

/** Its framework and its plan: what the host knows of the workflow is another question. */
export const isAsPlanned = (test: Test, run: Test): boolean => test.framework === run.framework && samePlan(test.plan, run.plan);

interface Ran extends Test {
  readonly workflowHash: string;
  /** Of the definition that its iterations alternated with. */
  readonly baselineHash: string | null;
}

export const isAsItRan = (test: Test & { readonly workflow: { readonly hash: string } | null }, run: Ran): boolean => isAsPlanned(test, run) && run.baselineHash === null && test.workflow?.hash === run.workflowHash;
