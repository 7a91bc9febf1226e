/**
 * How k6 ends, as data. Exit codes: `errext/exitcodes/codes.go` of k6 2.2, and https://grafana.com/docs/k6/latest/using-k6/exit-codes/; all of
 * them were seen but 97, 98, 102, 103 and 109. 255 is -1, any other error; 2 is that of a Go program whose runtime gave up. Lines: messages of Go's
 * syscall, net and crypto/x509 packages and of k6 itself.
 */
import type { KnownCause } from '../framework.ts';
import { MEANS } from '../shared/known-causes.ts';

export const exitCodes: Readonly<Record<number, string>> = {
  0: 'passed',
  2: "Go's runtime gave up",
  97: 'the cloud run failed',
  98: 'the cloud run could not be followed',
  99: 'objectives not met, or not evaluated',
  100: 'its setup took too long',
  101: 'its teardown took too long',
  102: 'something took too long',
  103: 'stopped over its REST interface',
  104: 'its configuration or options are not valid',
  105: 'interrupted by SIGINT or SIGTERM',
  106: 'its REST interface could not be opened',
  107: 'an exception in the script',
  108: 'ended by the script itself',
  109: 'a panic in k6',
  110: 'called failed by the script itself',
  255: 'an error before the test, such as an unknown option or a missing file',
};

export const causes: readonly KnownCause[] = [
  { says: /moduleSpecifier \\?"([^"\\]+)\\?" couldn't be /, means: MEANS.missingModule },
  { says: /unknown modules \[([^\]]+)\] were tried to be loaded/, means: MEANS.missingModule },
  { says: /cannot allocate memory|runtime: out of memory|errno=12\b/, means: MEANS.noMemory },
  { says: /no space left on device|disk quota exceeded/, means: MEANS.diskFull },
  { says: /too many open files/, means: MEANS.tooManyFiles },
  { says: /permission denied|operation not permitted/, means: MEANS.notPermitted },
  { says: /x509: |certificate signed by unknown authority/, means: MEANS.certificate },
  { says: /connection refused/, means: MEANS.refused },
  { says: /lookup \S+(?: on \S+)?: no such host|server misbehaving/, means: MEANS.unknownHost },
  { says: /unknown (?:shorthand )?flag: (?:\S+ in )?(\S+)/, means: MEANS.otherVersion },
];
