/**
 * Reads a `req` line from its bytes, in the one form in which reporters write it: no spaces, whole numbers, members that are known. What
 * looks different is not read here and may still be a line of the protocol: `parseLine` says so. What is read here is what it would give.
 */
import { isCount, isDuration, isName, isOffset, MAX_CHECKS } from './fits.ts';
import { JsonBytes } from './json-bytes.ts';
import { OUTCOMES, type SampleExtra, type SampleLine } from './sample.ts';
import { Texts } from './texts.ts';

type Request = Extract<SampleLine, { kind: 'request' }>;

const REQUEST = Buffer.from('["req",');
const COMMA = 44;
const EXTRA = Buffer.from(',{');
const EXTRA_END = 125;
const END = Buffer.from(']\n');
const EXEC = Buffer.from('"exec":true');
const CHECKS = Buffer.from('"checks":[');
const FAILED = Buffer.from(',[');
const CHECKS_END = Buffer.from(']]');
const CONNECT = Buffer.from('"connectMicros":');
const LAG = Buffer.from('"startLagMicros":');
const BYTES = Buffer.from('"bytes":');
const USERS = Buffer.from('"users":');
const ITERATION = Buffer.from('"iteration":');
const DETAIL = Buffer.from('"detail":');

export class RequestReader {
  readonly #json = new JsonBytes();
  readonly #names = new Texts((text) => (isName(text) ? text : null));
  readonly #outcomes = new Texts((text) => OUTCOMES.find((outcome) => outcome === text) ?? null);
  readonly #others = new Texts((text) => text);

  /** After a request: of the first byte behind its line. */
  get at(): number {
    return this.#json.at;
  }

  /**
   * @param from of the first byte of a line
   * @returns null: no such line, or not the whole of it
   */
  read(bytes: Buffer, from: number): Request | null {
    const json = this.#json;
    json.open(bytes, from);
    if (!json.word(REQUEST)) return null;
    const startMicros = json.int();
    if (!isOffset(startMicros) || !json.byte(COMMA)) return null;
    const name = json.text(this.#names);
    if (name === null || !json.byte(COMMA)) return null;
    const durationMicros = json.int();
    if (!isDuration(durationMicros) || !json.byte(COMMA)) return null;
    const outcome = json.text(this.#outcomes);
    if (outcome === null || !json.byte(COMMA)) return null;
    const status = json.int();
    if (!isCount(status)) return null;
    const extra = new Extra();
    if (json.word(EXTRA) && !json.byte(EXTRA_END) && !this.#members(extra)) return null;
    return json.word(END) ? { kind: 'request', startMicros, name, durationMicros, outcome, status, extra } : null;
  }

  #members(extra: Extra): boolean {
    do {
      if (!this.#member(extra)) return false;
    } while (this.#json.byte(COMMA));
    return this.#json.byte(EXTRA_END);
  }

  #member(extra: Extra): boolean {
    const json = this.#json;
    // Its first letter says which one it can be.
    switch (json.peek(1)) {
      case EXEC[1]:
        extra.exec = true;
        return json.word(EXEC);
      case LAG[1]:
        if (!json.word(LAG)) return false;
        extra.startLagMicros = json.int();
        return isOffset(extra.startLagMicros);
      case BYTES[1]:
        if (!json.word(BYTES)) return false;
        extra.bytes = json.int();
        return isOffset(extra.bytes);
      case USERS[1]:
        if (!json.word(USERS)) return false;
        extra.users = json.int();
        return isCount(extra.users);
      case ITERATION[1]:
        if (!json.word(ITERATION)) return false;
        extra.iteration = json.int();
        return isOffset(extra.iteration);
      case DETAIL[1]:
        if (!json.word(DETAIL)) return false;
        extra.detail = json.text(this.#others) ?? undefined;
        return extra.detail !== undefined;
    }
    if (json.word(CONNECT)) {
      extra.connectMicros = json.int();
      return isDuration(extra.connectMicros);
    }
    if (!json.word(CHECKS)) return false;
    extra.checks = this.#checks();
    return extra.checks !== undefined;
  }

  #checks(): SampleExtra['checks'] {
    const json = this.#json;
    const passed = json.int();
    if (!isCount(passed) || !json.word(FAILED)) return undefined;
    const failed: string[] = [];
    if (json.word(CHECKS_END)) return [passed, failed];
    do {
      const name = json.text(this.#others);
      if (name === null || failed.push(name) > MAX_CHECKS) return undefined;
    } while (json.byte(COMMA));
    return json.word(CHECKS_END) ? [passed, failed] : undefined;
  }
}

/** All members from the start: objects of different shapes cost more than all of the reading. */
class Extra implements SampleExtra {
  exec: true | undefined = undefined;
  checks: SampleExtra['checks'] = undefined;
  connectMicros: number | undefined = undefined;
  startLagMicros: number | undefined = undefined;
  bytes: number | undefined = undefined;
  users: number | undefined = undefined;
  iteration: number | undefined = undefined;
  detail: string | undefined = undefined;
}
