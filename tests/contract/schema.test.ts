import { readFileSync } from 'node:fs';
import { buildSchema, extendSchema, type GraphQLNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isUnionType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { printed } from '../../server/graphql/print-schema.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** The API that integrators rely on, and what was added to it; what is not offered yet comes with later versions. */
const contract = extendSchema(buildSchema(read('contract.graphql')), parse(read('additions.graphql')));
const offered = buildSchema(read('../../server/graphql/schema.graphql'));

test('the printed schema is the one that is committed (npm run generate)', () => {
  expect(printed()).toBe(read('../../server/graphql/schema.graphql'));
});

describe('what is offered is what the contract says', () => {
  const ours = Object.values(offered.getTypeMap()).filter((type) => !type.name.startsWith('__'));
  for (const type of ours)
    test(type.name, () => {
      const agreed = contract.getType(type.name);
      expect(agreed, `${type.name} is not in the contract`).toBeDefined();
      if (agreed) expect(membersOf(agreed)).toMatchObject(membersOf(type));
    });
});

/** Members with their types, as text: fields with arguments, enum values, union members. */
function membersOf(type: GraphQLNamedType): Record<string, string> {
  if (isObjectType(type) || isInterfaceType(type))
    return Object.fromEntries(Object.values(type.getFields()).flatMap((f) => [[f.name, String(f.type)], ...f.args.map((arg) => [`${f.name}(${arg.name})`, String(arg.type)])]));
  if (isInputObjectType(type)) return { ...Object.fromEntries(Object.values(type.getFields()).map((f) => [f.name, String(f.type)])), '@oneOf': String(type.isOneOf) };
  if (isUnionType(type)) return { types: type.getTypes().map(String).sort().join(' | ') };
  if (isEnumType(type)) return { values: type.getValues().map((v) => v.name).sort().join(' | ') };
  return {};
}
