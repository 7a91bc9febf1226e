import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { rememberAcknowledged, wasAcknowledged } from '../../ui/src/lib/plan/acknowledged.ts';
import { forget, keep, recall } from '../../ui/src/lib/plan/draft-storage.ts';
import { emptyFields, type Fields } from '../../ui/src/lib/plan/fields.ts';

/** A browser's storage with room for so many characters. */
class SmallStorage {
  readonly #items = new Map<string, string>();
  readonly #room: number;

  constructor(room: number) {
    this.#room = room;
  }
  getItem = (key: string) => this.#items.get(key) ?? null;
  removeItem = (key: string) => this.#items.delete(key);
  setItem(key: string, value: string) {
    if (value.length > this.#room) throw new DOMException('no room', 'QuotaExceededError');
    this.#items.set(key, value);
  }
}

function fieldsWith(rows: string): Fields {
  const fields = emptyFields();
  Object.assign(fields, { name: 'mine' });
  Object.assign(fields.inputs, { kind: 'dataset', csv: { text: rows, file: 'rows.csv', leftOut: '' } });
  return fields;
}

const large = `n\n${'1\n'.repeat(10_000)}`;
const kept = (fields: Fields) => keep('k', JSON.stringify(fields));

describe('a draft in the browser', () => {
  beforeEach(() => vi.stubGlobal('localStorage', new SmallStorage(8_000)));
  afterAll(() => vi.unstubAllGlobals());

  it('is kept whole while there is room', () => {
    expect(kept(fieldsWith('n\n1'))).toBe('whole');
    expect(recall('k', emptyFields())).toEqual(fieldsWith('n\n1'));
    forget('k');
    expect(recall('k', emptyFields())).toBeNull();
  });

  it('of many rows is kept without them, and says that they are missing', () => {
    expect(kept(fieldsWith(large))).toBe('without_rows');
    const fields = recall('k', emptyFields());
    expect(fields).toMatchObject({ name: 'mine', inputs: { csv: { text: '', file: 'rows.csv', leftOut: expect.stringMatching(/./) } } });
    // Kept again as it is, it still says so.
    expect(fields && kept(fields)).toBe('whole');
    expect(recall('k', emptyFields())?.inputs.csv.leftOut).not.toBe('');
  });

  it('takes its rows from the saved test, if they are the same', () => {
    kept(fieldsWith(large));
    expect(recall('k', fieldsWith(large))).toEqual(fieldsWith(large));
    expect(recall('k', fieldsWith(large.replace('1', '2')))?.inputs.csv.text).toBe('');
  });

  it('that is too large in another way is not kept, and nothing old is left', () => {
    kept(fieldsWith('n\n1'));
    expect(kept({ ...emptyFields(), name: 'x'.repeat(9_000) })).toBe('not');
    expect(recall('k', emptyFields())).toBeNull();
  });
});

/** As browsers refuse it: the very property (cookies blocked, inside of another site), or each use (no room at all). */
const REFUSALS: readonly [name: string, storage: () => unknown][] = [
  ['is blocked', () => { throw new DOMException('denied', 'SecurityError'); }],
  ['is switched off', () => null],
  ['has no room', () => new SmallStorage(0)],
];

describe.each(REFUSALS)('where the storage %s', (_name, storage) => {
  beforeEach(() => {
    vi.unstubAllGlobals();
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, get: storage });
  });
  afterAll(() => Reflect.deleteProperty(globalThis, 'localStorage'));

  it('a draft is not kept, and the form goes on', () => {
    expect(kept(fieldsWith('n\n1'))).toBe('not');
    expect(recall('k', emptyFields())).toBeNull();
    forget('k');
  });

  it('what was agreed to is asked for again', () => {
    rememberAcknowledged('hash');
    expect(wasAcknowledged('hash')).toBe(false);
  });
});
