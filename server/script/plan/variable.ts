/** Names of environment variables that a script may ask for. */
import { z } from 'zod';

/**
 * Variables that mean something to the tool, its interpreter, its libraries or the script: a token under such a name would be a
 * setting instead (NODE_OPTIONS runs code, LOAD_TEST_TARGET sends the load to another target than the one that was allowed).
 */
const TAKEN =
  /^(PATH|HOME|PWD|SHELL|USER|IFS|ENV|TZ|TMPDIR|TE?MP|LANG|LANGUAGE|LC_\w*|BASH\w*|LD_\w*|DYLD_\w*|GLIBC_\w*|GCONV_PATH|MALLOC_\w*|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|NODE|NODE_\w*|NPM_\w*|PYTHON\w*|VIRTUAL_ENV|GEVENT\w*|GREENLET\w*|LOCUST_\w*|K6_\w*|ARTILLERY_\w*|GO(DEBUG|GC|MAXPROCS|MEMLIMIT|TRACEBACK|COVERDIR|RACE|FIPS\w*)|OPENSSL_\w*|SSL_\w*|SSLKEYLOGFILE|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|\w*_PROXY|DEBUG|DEBUG_\w*|LOAD_TEST_(TARGET|SAMPLES|SHARD\w*|START_AT|TASK\w*|CA|CHECK|TOOL\w*)|LOAD_TESTING_\w*|JOB_COMPLETION_INDEX|CLOUD_RUN_\w*)$/i;

/** Names that a shell, Python and k6 all take (k6: `^[a-zA-Z_][a-zA-Z0-9_]*$`). */
export const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'Give the name of an environment variable: letters, digits and _.')
  .refine((name) => !TAKEN.test(name), 'This variable is a setting of the tool or of the script: take another name, for example LOAD_TEST_TOKEN.');
