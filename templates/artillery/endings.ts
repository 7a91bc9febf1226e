/**
 * How Artillery ends, as data. Exit codes: 0, 1, 11, 21, 127, 130 and 143 were seen with Artillery 2.0.34, 7 stands in its source; 99 is the
 * bundle's own (`instrument/main-thread.mjs`). Codes of Node itself: https://nodejs.org/docs/latest-v24.x/api/process.html#exit-codes (134: it ended
 * itself, for instance without memory). Lines: messages of Node 22 to 24 (system errors by their codes), of its module loader and of oclif.
 */
import type { KnownCause } from '../framework.ts';
import { MEANS } from '../shared/known-causes.ts';

export const exitCodes: Readonly<Record<number, string>> = {
  0: 'passed',
  1: 'an error in the script or at its start',
  7: 'a key of its cloud is missing or wrong',
  11: 'its worker broke',
  13: 'it waited for something that never came',
  21: 'an expectation of its own plugin was not met',
  99: 'objectives not met, or not evaluated',
  127: 'a command that it does not know',
  130: 'interrupted by SIGINT',
  134: 'Node ended itself',
  143: 'interrupted by SIGTERM',
};

export const causes: readonly KnownCause[] = [
  { says: /Cannot find (?:module|package) '([^']+)'/, means: MEANS.missingModule },
  { says: /JavaScript heap out of memory|\bENOMEM\b|ERR_WORKER_OUT_OF_MEMORY/, means: MEANS.noMemory },
  { says: /\bENOSPC\b|\bEDQUOT\b/, means: MEANS.diskFull },
  { says: /\bEMFILE\b|\bENFILE\b/, means: MEANS.tooManyFiles },
  { says: /\bEACCES\b|\bEPERM\b/, means: MEANS.notPermitted },
  { says: /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_ALTNAME_INVALID|CERT_HAS_EXPIRED/, means: MEANS.certificate },
  { says: /\bECONNREFUSED\b/, means: MEANS.refused },
  { says: /\bENOTFOUND\b|\bEAI_AGAIN\b/, means: MEANS.unknownHost },
  { says: /Nonexistent flag: (\S+)/, means: MEANS.otherVersion },
];
