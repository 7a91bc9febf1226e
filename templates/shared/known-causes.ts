/** What lines that a tool printed are known to mean. The lines are each tool's own (`endings.ts` in its folder); the sentences are the same for all. */

/** `what`: what the line names, if it names something. */
export const MEANS = {
  diskFull: () => 'The disk is full, or its share of it used up.',
  noMemory: () => 'It had no memory left.',
  notPermitted: () => 'It may not read, write or run something that it needs.',
  tooManyFiles: () => 'It may not open so many connections and files at once: raise the limit of open files (ulimit -n).',
  refused: () => 'A connection was refused: nothing listens at that address.',
  certificate: () => 'A certificate was not accepted: name the authority that signed it in LOAD_TEST_CA.',
  unknownHost: () => 'The name of a host was not found.',
  missingModule: (what: string) => `A module is missing: ${what}.`,
  otherVersion: (what: string) => `This version of the tool does not know ${what}: is it one that is supported?`,
} as const;
