/** How tools end: every exit code has words, and what is known of their last lines is said. Held by every framework. */
import { describe, expect, test } from 'vitest';
import { howItEnded, type ToolEnd, withLastWords } from '../../server/run/how-it-ended.ts';
import type { Framework, ToolEnding } from '../../templates/framework.ts';
import { frameworks } from '../../templates/index.ts';
import { MEANS } from '../../templates/shared/known-causes.ts';

const plan = { load: { model: 'closed' as const, stages: [], maxUsers: 1, maxIterations: null }, durationMs: 5000 };
const ended = (framework: Framework, { code = 1, signal = null, ...more }: Partial<ToolEnd> & { code?: number | null; signal?: string | null }) =>
  howItEnded(framework, { exit: { code, signal, failure: null }, end: null, stdout: '', stderr: '', outOfMemory: false, ...more }, plan);
const of = (key: string): Framework => {
  const framework = frameworks.find((one) => one.key === key);
  if (!framework) throw new Error(`no framework ${key}`);
  return framework;
};

/** Those that each tool is known to have. */
const KNOWN: Readonly<Record<string, readonly number[]>> = {
  locust: [0, 1, 2, 99, 130, 143],
  k6: [0, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 255],
  artillery: [0, 1, 7, 11, 21, 99, 127, 130, 143],
};

describe.each(frameworks.map((framework) => [framework.name, framework] as const))('%s', (_name, framework) => {
  const { key, exitCodes, ending } = framework;

  test('every exit code that it is known to have has words, in a few words that fit in parentheses', () => {
    expect(KNOWN[key]?.filter((code) => exitCodes[code] === undefined)).toEqual([]);
    for (const words of Object.values(exitCodes)) expect(words).toMatch(/^[^.()\n]{5,90}[^.()\n ]$/);
  });

  test('and so has every one that is no breakdown', () => {
    const endings = Array.from({ length: 256 }, (_, code): [number, ToolEnding] => [code, ending({ code, signal: null })]);
    expect(endings.filter(([code, how]) => how !== 'broke' && exitCodes[code] === undefined)).toEqual([]);
  });

  test('a breakdown is told with its code in words, and with what was printed last', () => {
    for (const code of Object.keys(exitCodes).map(Number).filter((one) => ending({ code: one, signal: null }) === 'broke'))
      expect(ended(framework, { code, stderr: 'first\nsomething went wrong here' }), String(code)).toMatchObject({ cause: 'tool_broke', message: expect.stringMatching(/ended with exit code \d+ \(.*something went wrong here$/) });
    expect(ended(framework, { code: 126 }).message).toContain('126 (the program may not be executed, or is none)');
    expect(ended(framework, { code: 77 }).message).toBe(`${framework.name} ended with exit code 77.`);
  });

  test('every cause has a sentence of its own, the one of all tools', () => {
    for (const { means } of framework.causes) expect(means('x')).toMatch(/^[A-Z].*[.?]$/);
    const sentences = Object.values(MEANS).map((mean) => mean('x'));
    expect(framework.causes.map(({ means }) => means('x')).filter((sentence) => !sentences.includes(sentence))).toEqual([]);
    expect(sentences.filter((sentence) => !framework.causes.some(({ means }) => means('x') === sentence))).toEqual([]);
  });
});

/** As the tools and their languages print them. */
const LAST_LINES: readonly (readonly [key: string, stderr: string, means: string])[] = [
  ['locust', "Traceback (most recent call last):\n  File \"x.py\", line 1\nModuleNotFoundError: No module named 'pandas'\n", MEANS.missingModule('pandas')],
  ['locust', "ImportError: cannot import name 'nope' from 'locust' (/x/locust/__init__.py)\n", MEANS.missingModule('nope')],
  ['locust', 'MemoryError\n', MEANS.noMemory()],
  ['locust', 'OSError: [Errno 28] No space left on device\n', MEANS.diskFull()],
  ['locust', 'OSError: [Errno 24] Too many open files\n', MEANS.tooManyFiles()],
  ['locust', "PermissionError: [Errno 13] Permission denied: '/x'\n", MEANS.notPermitted()],
  ['locust', 'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1006)\n', MEANS.certificate()],
  ['locust', 'ConnectionRefusedError: [Errno 111] Connection refused\n', MEANS.refused()],
  ['locust', 'socket.gaierror: [Errno -2] Name or service not known\n', MEANS.unknownHost()],
  ['locust', 'locust: error: unrecognized arguments: --nope\n', MEANS.otherVersion('--nope')],
  ['k6', `The moduleSpecifier "./nope.js" couldn't be found on local disk. Make sure that you've specified the right path to the file.\n`, MEANS.missingModule('./nope.js')],
  ['k6', "unknown modules [k6/x/nope] were tried to be loaded, but couldn't - this likely means binary provisioning is required\n", MEANS.missingModule('k6/x/nope')],
  ['k6', 'fatal error: runtime: out of memory\n\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/x/panic.go:1023 +0x5c\n', MEANS.noMemory()],
  ['k6', 'open /x/summary.json: no space left on device\n', MEANS.diskFull()],
  ['k6', 'dial tcp 127.0.0.1:80: socket: too many open files\n', MEANS.tooManyFiles()],
  ['k6', 'open /x/loadtest.js: permission denied\n', MEANS.notPermitted()],
  ['k6', 'x509: certificate signed by unknown authority\n', MEANS.certificate()],
  ['k6', 'dial tcp 127.0.0.1:1: connect: connection refused\n', MEANS.refused()],
  ['k6', 'lookup nope.invalid: no such host\n', MEANS.unknownHost()],
  ['k6', 'dial: lookup nope.invalid on 10.0.0.2:53: no such host\n', MEANS.unknownHost()],
  ['k6', 'unknown flag: --nope\n', MEANS.otherVersion('--nope')],
  ['artillery', "node:internal/modules/cjs/loader:1386\n  throw err;\n\nError: Cannot find module './nope.mjs'\n    at Function._resolveFilename (node:internal/modules/cjs/loader:1383:15)\n", MEANS.missingModule('./nope.mjs')],
  ['artillery', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack trace -----\n\n 1: 0xe 2: 0xf\n', MEANS.noMemory()],
  ['artillery', "Error: ENOSPC: no space left on device, write\n", MEANS.diskFull()],
  ['artillery', "Error: EMFILE: too many open files, open '/x'\n", MEANS.tooManyFiles()],
  ['artillery', "Error: EACCES: permission denied, open '/x'\n", MEANS.notPermitted()],
  ['artillery', 'Error: unable to verify the first certificate; code UNABLE_TO_VERIFY_LEAF_SIGNATURE\n', MEANS.certificate()],
  ['artillery', 'Error: connect ECONNREFUSED 127.0.0.1:1\n', MEANS.refused()],
  ['artillery', 'Error: getaddrinfo ENOTFOUND nope.invalid\n', MEANS.unknownHost()],
  ['artillery', 'Error: Nonexistent flag: --nope\n', MEANS.otherVersion('--nope')],
];

describe('what is known of a last line is said before it', () => {
  test.for(LAST_LINES)('%s: %j', ([key, stderr, means]) => {
    const { message } = ended(of(key), { stderr });
    expect(message).toContain(`. ${means} It said: `);
    expect(message).not.toMatch(/\n/);
  });
  test('but not of an earlier one, which may be about a request', () => {
    const { message } = ended(of('k6'), { code: 107, stderr: 'Request Failed error="dial: connection refused"\nlookup x: no such host\nReferenceError: nope is not defined\n' });
    expect(message).toBe('k6 ended with exit code 107 (an exception in the script): ReferenceError: nope is not defined');
  });
});

describe('what a tool printed last', () => {
  const locust = of('locust');
  test('is part of the message when it did not end by itself, too, and only where it may be the reason', () => {
    const printed = { stdout: '', stderr: 'one\ntwo\nthree\n' };
    expect(withLastWords(locust, { cause: 'reporter_silent', message: 'Locust sent no line for 10 s.' }, printed)).toEqual({ cause: 'reporter_silent', message: 'Locust sent no line for 10 s: two ... three' });
    expect(withLastWords(locust, { cause: 'overdue', message: 'Late.' }, { stdout: '', stderr: 'OSError: [Errno 28] No space left on device' }).message).toBe('Late. The disk is full, or its share of it used up. It said: OSError: [Errno 28] No space left on device');
    for (const cause of ['stop_asked', 'server_shutdown', 'limit_reached', 'objective_broken'] as const) expect(withLastWords(locust, { cause, message: 'So.' }, printed).message).toBe('So.');
  });
  test('is part of every other crash too, and is taken for no reason there', () => {
    const printed = { stdout: '', stderr: 'one\nOSError: [Errno 28] No space left on device\nthree\n' };
    for (const cause of ['owner_lost', 'internal_error'] as const)
      expect(withLastWords(locust, { cause, message: 'Another server took this run over.' }, printed).message).toBe('Another server took this run over. Locust printed last: OSError: [Errno 28] No space left on device ... three');
    expect(withLastWords(locust, { cause: 'owner_lost', message: 'So.' }, { stdout: '', stderr: '' }).message).toBe('So.');
  });
  test('is part of the message when somebody else interrupted it', () => {
    expect(ended(locust, { code: 130, stderr: 'one\ntwo\nthree\n' })).toEqual({ cause: 'tool_killed', message: 'Locust was interrupted, and not by this server: two ... three' });
    expect(ended(locust, { code: 130 }).message).toBe('Locust was interrupted, and not by this server.');
  });
  test('is short: the line that says why and the last one, cut', () => {
    const { message } = ended(locust, { stderr: `ValueError: ${'x'.repeat(1000)}\nafter it\nand after that\n` });
    expect(message.length).toBeLessThan(700);
    expect(message).toMatch(/x \.\.\. and after that$/);
  });
  test('is nothing when it printed nothing', () => {
    expect(ended(locust, { code: 0 }).message).toBe('Locust ended without telling its result.');
    expect(withLastWords(locust, { cause: 'overdue', message: 'Late.' }, { stdout: ' \n', stderr: '' }).message).toBe('Late.');
  });
});

describe('a tool that was ended by SIGKILL', () => {
  const killed = (outOfMemory: boolean | null) => ended(of('k6'), { code: null, signal: 'SIGKILL', outOfMemory }).message;
  test('had no memory left, when the system ended a process for that just then', () => {
    expect(killed(true)).toBe('k6 was ended by SIGKILL, and not by this server; the system ended a process just then because there was no memory left: probably this one.');
  });
  test('perhaps had none, where the system does not tell', () => {
    expect(killed(null)).toBe('k6 was ended by SIGKILL, and not by this server, perhaps because the machine had no memory left.');
  });
  test('by its exit code too, where a program between tells it so', () => {
    expect(ended(of('k6'), { code: 137, outOfMemory: null }).message).toBe('k6 ended with exit code 137 (ended by SIGKILL, perhaps because the machine had no memory left).');
    expect(ended(of('k6'), { code: 137, outOfMemory: false }).message).toBe('k6 ended with exit code 137 (ended by SIGKILL).');
  });
  test('had some, when the system ended none', () => {
    expect(killed(false)).toBe('k6 was ended by SIGKILL, and not by this server.');
  });
  test('of another signal nothing is guessed', () => {
    expect(ended(of('k6'), { code: null, signal: 'SIGSEGV', outOfMemory: null, stderr: 'SIGSEGV: segmentation violation' }).message).toBe('k6 was ended by SIGSEGV, and not by this server: SIGSEGV: segmentation violation');
  });
});
