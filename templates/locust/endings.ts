/**
 * How Locust ends, as data. Exit codes: those of a bundle's driver (`instrument/ending.py`), of Locust (`main.py`: 1 and 2; 2 of argparse too)
 * and of Python (1: an exception; 120: its output could not be flushed), each seen with Locust 2.47 but for 120, which is Python's documentation of
 * `sys.exit`. Lines: messages of Python's errno, ssl, socket and import machinery, as Python 3.11 writes them.
 */
import type { KnownCause } from '../framework.ts';
import { MEANS } from '../shared/known-causes.ts';

export const exitCodes: Readonly<Record<number, string>> = {
  0: 'passed',
  1: 'an exception at the start or a script that cannot be run',
  2: 'an exception that nobody caught, or an option that Locust does not know',
  99: 'objectives not met, or not evaluated',
  120: 'its output could not be written',
  130: 'interrupted by SIGINT',
  143: 'interrupted by SIGTERM',
};

export const causes: readonly KnownCause[] = [
  { says: /No module named '?([\w.]+)/, means: MEANS.missingModule },
  { says: /cannot import name '(\w+)' from/, means: MEANS.missingModule },
  { says: /\bMemoryError\b|\[Errno 12\]|Cannot allocate memory/, means: MEANS.noMemory },
  { says: /\[Errno (?:28|122)\]|No space left on device|Disk quota exceeded/, means: MEANS.diskFull },
  { says: /\[Errno (?:24|23)\]|Too many open files/, means: MEANS.tooManyFiles },
  { says: /\bPermissionError\b|\[Errno (?:13|1)\]|Permission denied/, means: MEANS.notPermitted },
  { says: /CERTIFICATE_VERIFY_FAILED/, means: MEANS.certificate },
  { says: /\bConnectionRefusedError\b|\[Errno 111\]/, means: MEANS.refused },
  { says: /\bgaierror\b|Name or service not known|Temporary failure in name resolution/, means: MEANS.unknownHost },
  { says: /error: unrecognized arguments: (\S+)/, means: MEANS.otherVersion },
];
