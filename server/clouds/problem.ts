/** What the API of a place refuses, or fails at: a sentence, with what the API itself calls it. */
import { CloudProblem } from './cloud.ts';

export class ApiProblem extends CloudProblem {
  /** "NOT_FOUND", "ContainerGroupQuotaReached". */
  readonly code: string;
  /** A moment later it may work: the same can be asked again. */
  readonly passes: boolean;

  constructor(message: string, code: string, { passes = false, cause }: { readonly passes?: boolean; readonly cause?: unknown } = {}) {
    super(message, { cause });
    this.code = code;
    this.passes = passes;
  }
}

export const isPassing = (error: unknown): boolean => error instanceof ApiProblem && error.passes;

/** By the code of an error of a connection, of Node.js or of its fetch: what was asked has got no answer. */
export const isAway = (code: unknown): boolean => typeof code === 'string' && /^(ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|UND_ERR|ERR_)/.test(code);

/** For `catch`: null in place of what has one of these codes. */
export const unless = (...codes: readonly string[]) => (error: unknown): null => {
  if (error instanceof ApiProblem && codes.includes(error.code)) return null;
  throw error;
};
