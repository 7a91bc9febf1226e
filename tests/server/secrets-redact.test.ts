import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memberSlice } from '../../server/workflow/json-text.ts';
import { readWorkflow } from '../../server/workflow/read.ts';
import { findSecrets, type Redacted, redact, type SecretMark, variablesIn } from '../../server/workflow/secrets.ts';
import { definitionText, jsonText } from '../helpers/definitions.ts';
import { amount } from '../helpers/long.ts';

function redacted(text: string, marks: readonly SecretMark[] = []): Redacted {
  const { workflow } = readWorkflow(text);
  if (!workflow) throw new Error('it cannot be read');
  return redact(text, findSecrets(workflow, marks).found);
}

/** What a script does. */
function putBack({ text, markers }: Redacted): string {
  return markers.reduce((before, { marker, value }) => before.replaceAll(marker, () => value), text);
}

const withParameters = (json: string) => `{"nodes":[{"id":"ask","type":"X","parameters":${json}}],"edges":[]}`;

describe('a redacted text', () => {
  test('has a marker in the place of each secret, and the markers know what stood there', () => {
    const text = withParameters('{"token":"a\\"b","again":{"password":"a\\"b"},"secret":"c"}');
    expect(redacted(text)).toEqual({
      complete: true,
      text: withParameters('{"token":"[[SECRET_ASK_TOKEN]]","again":{"password":"[[SECRET_ASK_TOKEN]]"},"secret":"[[SECRET_ASK_SECRET]]"}'),
      markers: [
        { variable: 'SECRET_ASK_TOKEN', marker: '[[SECRET_ASK_TOKEN]]', kind: 'string', value: 'a\\"b' },
        { variable: 'SECRET_ASK_SECRET', marker: '[[SECRET_ASK_SECRET]]', kind: 'string', value: 'c' },
      ],
    });
  });

  test('of a number is still JSON: its marker brings its quotes', () => {
    const made = redacted(withParameters('{"password":12345,"pwd":"12345"}'));
    expect(made.text).toBe(withParameters('{"password":"[[SECRET_ASK_PASSWORD]]","pwd":"[[SECRET_ASK_PWD]]"}'));
    expect(made.markers[0]).toMatchObject({ marker: '"[[SECRET_ASK_PASSWORD]]"', kind: 'number', value: '12345' });
    expect(putBack(made)).toBe(withParameters('{"password":12345,"pwd":"12345"}'));
  });

  test('without secrets is the text', () => {
    expect(redacted(withParameters('{"a":1}'))).toEqual({ text: withParameters('{"a":1}'), markers: [], complete: true });
  });

  test('has longer brackets when such a name stands in the text already', () => {
    const made = redacted(withParameters('{"token":"t","note":"[[SECRET_ASK_TOKEN]] and [[[[SECRET_X"}'));
    expect(made.markers[0]?.marker).toBe('[[[[[SECRET_ASK_TOKEN]]]]]');
    expect(redacted(withParameters('{"token":"t","note":"[SECRET_ASK_TOKEN] SECRET_ASK_TOKEN >>"}')).markers[0]?.marker).toBe('[[SECRET_ASK_TOKEN]]');
    expect(putBack(made)).toContain('"note":"[[SECRET_ASK_TOKEN]] and [[[[SECRET_X"');
  });

  test('also when it stands in a text that goes out with it, be it hidden by escapes', () => {
    const text = withParameters('{"token":"t"}');
    const { found } = findSecrets(readWorkflow(text).workflow ?? { text, definition: text, format: 'json', nodes: [] });
    const markerBeside = (...beside: string[]) => redact(text, found, beside).markers[0]?.marker;
    expect(markerBeside('{"note":"[[SECRET_ASK_TOKEN]]"}', 'x [SECRET')).toBe('[[[SECRET_ASK_TOKEN]]]');
    expect(markerBeside('{"a":{"$text":["\\u005b\\u005B\\u0053ECRET_ASK_TOKEN]]"]}}')).toBe('[[[SECRET_ASK_TOKEN]]]');
    expect(markerBeside('nothing')).toBe('[[SECRET_ASK_TOKEN]]');
  });

  test('knows that a variable may have no more of a name than SECRET', () => {
    const made = redacted('{"nodes":[{"id":"a","type":"x","parameters":{}}],"edges":[],"metadata":{"note":"[[SECRET]]","ключ":"sk-ant-api03-AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH1234567890abcdef"}}');
    expect(made.markers[0]).toMatchObject({ variable: 'SECRET', marker: '[[[SECRET]]]' });
    expect(variablesIn(made.text, made.markers)).toEqual(new Set(['SECRET']));
  });

  test('gives each marker back also where brackets stand directly beside it', () => {
    const token = `ghp_${'a1'.repeat(18)}`;
    const text = withParameters(`{"code":"if a [${token}] b [[[${token}]]]"}`);
    expect(putBack(redacted(text))).toBe(text);
  });

  test('has the slices that are sent: the definition and the inputs of a wrapper', () => {
    const text = '{"inputs":{"token":"i"}, "workflow_definition" : {"nodes":[{"id":"a","type":"X","parameters":{"token":"t"}}]} }';
    const { text: safe } = redacted(text);
    expect(memberSlice(safe, 'workflow_definition')).toBe('{"nodes":[{"id":"a","type":"X","parameters":{"token":"[[SECRET_A_TOKEN]]"}}]}');
    expect(memberSlice(safe, 'inputs')).toBe('{"token":"[[SECRET_TOKEN]]"}');
  });

  test('tells which variables a part of it needs', () => {
    const made = redacted(withParameters('{"token":"t","password":98765,"l":["[",{"secret":"s"}]}'));
    expect(variablesIn(made.text, made.markers)).toEqual(new Set(['SECRET_ASK_TOKEN', 'SECRET_ASK_PASSWORD', 'SECRET_ASK_SECRET']));
    expect(variablesIn(memberSlice(made.text, 'edges') ?? '', made.markers)).toEqual(new Set());
    expect(variablesIn('x [[[SECRET_ASK_TOKEN]] SECRET_ASK_SECRET [[SECRET_ASK_TOKEN_2]]', made.markers)).toEqual(new Set(['SECRET_ASK_TOKEN']));
    expect(variablesIn(made.text, [])).toEqual(new Set());
  });
});

describe('the text of a secret that stands again', () => {
  const KEY = 'zQ9xLm2Vt8Kp4Rw7';

  test('is cut out there too, with the marker that it has: in a text, and in a key', () => {
    const text = withParameters(`{"api_key":"${KEY}","prompt":"my key is ${KEY} ok, ${KEY}${KEY}","of ${KEY}":[1]}`);
    const made = redacted(text);
    const marker = '[[SECRET_ASK_API_KEY]]';
    expect(made.text).toBe(withParameters(`{"api_key":"${marker}","prompt":"my key is ${marker} ok, ${marker}${marker}","of ${marker}":[1]}`));
    expect(made).toMatchObject({ markers: [{ variable: 'SECRET_ASK_API_KEY', value: KEY }], complete: true });
    expect(putBack(made)).toBe(text);
  });

  test('is also found before the secret, and of two that begin alike it is the longer one', () => {
    const text = withParameters(`{"note":"${KEY}-long and ${KEY}-","api_key":"${KEY}","token":"${KEY}-long"}`);
    expect(redacted(text).text).toBe(withParameters('{"note":"[[SECRET_ASK_TOKEN]] and [[SECRET_ASK_API_KEY]]-","api_key":"[[SECRET_ASK_API_KEY]]","token":"[[SECRET_ASK_TOKEN]]"}'));
  });

  test('is left when it is short, a number, between strings, or half of an escape', () => {
    for (const rest of ['"token":"s3cr3t7","note":"s3cr3t7"', '"password":12345678,"note":"12345678"', '"password":"12345678","note":12345678', '"token":"n8kQ4xZ1p","note":"\\n8kQ4xZ1p"', '"token":"e9abcdef7","note":"\\u00e9abcdef7"']) {
      const made = redacted(withParameters(`{${rest}}`));
      expect(made.markers).toHaveLength(1);
      expect(made.text).toContain(rest.slice(rest.indexOf('"note"')));
      expect(() => JSON.parse(made.text)).not.toThrow();
    }
  });

  test('is no name of the form, nor of a node: what is read once more without secrets still hangs together', () => {
    const text = '{"nodes":{"accounting":{"node_type":"X","config":{"password":"accounting","user":"u","note":"go to accounting"}},"b":{"node_type":"X","config":{"token":"parameters"}}},"connections":[{"source_node":"accounting","target_node":"b"}],"metadata":{"parameters":1}}';
    const made = redacted(text);
    expect(made.text).toContain('"source_node":"accounting"');
    expect(made.text).toContain('"note":"go to [[SECRET_ACCOUNTING_PASSWORD]]"');
    expect(made.text).toContain('"metadata":{"parameters":1}');
    expect(putBack(made)).toBe(text);
  });

  test('stands nowhere any more, however many there are and whatever is around them', () => {
    const secret = fc.tuple(fc.constantFrom('', 'sk-', 'aaaa', '00000000'), fc.string({ unit: fc.constantFrom('a', 'b', 'Z', '7', '-', '0'), minLength: 8, maxLength: 40 })).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 8 }), fc.array(fc.tuple(fc.nat(7), fc.string({ maxLength: 12 }), fc.boolean()), { maxLength: 12 }), (secrets, places) => {
        const around = places.map(([i, text, key], n) => [`${n}${key ? secrets[i % secrets.length] : ''}`, `${text}${secrets[i % secrets.length]}${secrets[0]}${text}`] as const);
        const text = withParameters(JSON.stringify({ ...Object.fromEntries(around), ...Object.fromEntries(secrets.map((value, i) => [`token_${i}`, { token: value }])) }));
        const { workflow } = readWorkflow(text);
        if (!workflow) throw new Error('it cannot be read');
        const { found } = findSecrets(workflow);
        const made = redact(text, found);
        expect(putBack(made)).toBe(text);
        for (const { from, to, kind } of found) if (kind === 'string' && to - from >= 8) expect(made.text).not.toContain(text.slice(from, to));
      }),
      { numRuns: amount(500, 5000) },
    );
  }, amount(10_000, 120_000));

  test('is looked for no longer than can be waited for, and it is said that it was not', () => {
    const alike = Array.from({ length: 1000 }, (_, i) => `"token_${i}":"${'a'.repeat(200)}${i}"`).join(',');
    const text = withParameters(`{${alike},"note":"${'a'.repeat(500_000)}"}`);
    const made = redacted(text);
    expect(made.complete).toBe(false);
    expect(putBack(made)).toBe(text);
  }, 20_000);
});

const SECRETS = [
  '{"password":12345,"token":"t\\n\\ud800"}',
  `"ghp_${'a1'.repeat(18)}"`,
  `"x [[[ghp_${'b2'.repeat(18)}]] and [ghp_${'a1'.repeat(18)}"`,
  '"https://u:p@h/?token=$&$1$$"',
  '{"api_key":"[[SECRET_N0_API_KEY]]x"}',
  '{"secret":"$& $` $\' $$ \\\\"}',
  '{"token":["a",-1e400,{"pwd":"\\u0041"}]}',
];
const definition = fc.oneof(
  definitionText,
  fc.tuple(jsonText, fc.shuffledSubarray(SECRETS, { minLength: 1 }), jsonText).map(([a, secrets, b]) => withParameters(`{"a":${a},"s":[${secrets.join(' , ')}],"b":${b}}`)),
  fc.tuple(jsonText, fc.constantFrom(...SECRETS)).map(([a, secret]) => `{"inputs":{"x":${secret}}, "workflow_definition":${withParameters(`{"a":${a},"s":${secret}}`)}}`),
);

test('replacing each marker by its value gives the text again, byte for byte; and it stays JSON, without the secrets', () => {
  fc.assert(
    fc.property(definition, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (text, chosen) => {
      const { workflow } = readWorkflow(text);
      if (!workflow) return;
      // Some of what was found is said to be none: it stays.
      const marks = findSecrets(workflow).found.slice(0, 5).flatMap(({ path }, i) => (chosen[i] ? [{ path, secret: false }] : []));
      const { found, problems } = findSecrets(workflow, marks.filter(({ path }, i) => marks.findIndex((mark) => mark.path === path) === i));
      expect(problems).toEqual([]);
      const made = redact(text, found);
      expect(putBack(made)).toBe(text);
      // In any order.
      expect(putBack({ ...made, markers: [...made.markers].reverse() })).toBe(text);
      expect(() => JSON.parse(made.text)).not.toThrow();
      expect(variablesIn(made.text, made.markers)).toEqual(new Set(found.map(({ variable }) => variable)));
      for (const { marker } of made.markers) expect(text).not.toContain(marker.replaceAll('"', ''));
      found.forEach(({ from, to }, i) => {
        expect(from).toBeLessThan(to);
        expect(to).toBeLessThanOrEqual(found[i + 1]?.from ?? text.length);
      });
    }),
    { numRuns: amount(1000, 10_000) },
  );
}, amount(10_000, 120_000));
