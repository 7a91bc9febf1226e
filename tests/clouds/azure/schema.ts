/** Bodies held against the SDK's own description of Azure's API: names, kinds, what is required, what only Azure may say, and closed lists. */
import { KnownContainerGroupPriority, KnownContainerGroupRestartPolicy, KnownContainerGroupSku, KnownOperatingSystemTypes } from '@azure/arm-containerinstance';
import * as mappers from '@azure/arm-containerinstance/dist-esm/src/models/mappers.js';

/** As much of a mapper as is looked at. */
interface Mapper {
  readonly serializedName?: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly type: {
    readonly name: string;
    readonly className?: string;
    readonly modelProperties?: Readonly<Record<string, Mapper>>;
    readonly element?: Mapper;
    readonly value?: Mapper;
    readonly allowedValues?: readonly unknown[];
  };
}

export type Model = 'ContainerGroup' | 'ContainerGroupListResult' | 'Logs' | 'ContainerExecRequest' | 'ContainerExecResponse' | 'CloudError';

/** The SDK takes any text for them, Azure does not. */
const CLOSED: Readonly<Record<string, Readonly<Record<string, string>>>> = { osType: KnownOperatingSystemTypes, restartPolicy: KnownContainerGroupRestartPolicy, sku: KnownContainerGroupSku, priority: KnownContainerGroupPriority };

const models = mappers as unknown as Readonly<Record<string, Mapper>>;

/** What is wrong, a line each; nothing if all is well. */
export function wrongIn(model: Model, body: unknown, { isAnswer }: { readonly isAnswer: boolean }): string[] {
  const wrong: string[] = [];
  check(models[model] as Mapper, body, '$', wrong, isAnswer);
  return wrong;
}

function check({ type }: Mapper, value: unknown, path: string, wrong: string[], isAnswer: boolean): void {
  switch (type.name) {
    case 'Composite':
      return checkObject(treeOf(type.modelProperties ?? models[type.className ?? '']?.type.modelProperties ?? {}), value, path, wrong, isAnswer);
    case 'Sequence':
      if (!Array.isArray(value)) wrong.push(`${path}: want a list`);
      else for (const [i, item] of value.entries()) check(type.element as Mapper, item, `${path}[${i}]`, wrong, isAnswer);
      return;
    case 'Dictionary':
      if (typeof value !== 'object' || value === null) wrong.push(`${path}: want an object`);
      else for (const [name, item] of Object.entries(value)) check(type.value as Mapper, item, `${path}.${name}`, wrong, isAnswer);
      return;
    case 'Enum':
      if (!type.allowedValues?.includes(value)) wrong.push(`${path}: ${JSON.stringify(value)} is not one of ${type.allowedValues?.join(', ')}`);
      return;
    case 'DateTime':
      if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) wrong.push(`${path}: want a time`);
      return;
    case 'String':
    case 'Number':
    case 'Boolean':
      if (typeof value !== type.name.toLowerCase()) wrong.push(`${path}: ${typeof value}, want ${type.name.toLowerCase()}`);
  }
}

/** Names on the wire: those of one property may be below another's. */
type Tree = Map<string, { readonly mapper: Mapper } | { readonly below: Tree }>;

function treeOf(properties: Readonly<Record<string, Mapper>>): Tree {
  const root: Tree = new Map();
  for (const mapper of Object.values(properties)) {
    const names = (mapper.serializedName ?? '').split('.');
    const last = names.pop() ?? '';
    let at = root;
    for (const name of names) {
      const there = at.get(name);
      const below: Tree = there && 'below' in there ? there.below : new Map();
      at.set(name, { below });
      at = below;
    }
    at.set(last, { mapper });
  }
  return root;
}

function checkObject(tree: Tree, value: unknown, path: string, wrong: string[], isAnswer: boolean): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return void wrong.push(`${path}: want an object`);
  const given = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) if (!tree.has(name)) wrong.push(`${path}.${name}: unknown`);
  for (const [name, node] of tree) {
    const item = given[name];
    if ('below' in node) {
      if (item !== undefined) checkObject(node.below, item, `${path}.${name}`, wrong, isAnswer);
      continue;
    }
    const { mapper } = node;
    if (item === undefined || item === null) {
      if (mapper.required && !mapper.readOnly) wrong.push(`${path}.${name}: required`);
    } else if (mapper.readOnly && !isAnswer) wrong.push(`${path}.${name}: only Azure says it`);
    else {
      const closed = CLOSED[name];
      if (closed && !Object.values(closed).includes(item as string)) wrong.push(`${path}.${name}: ${JSON.stringify(item)} is not one of ${Object.values(closed).join(', ')}`);
      check(mapper, item, `${path}.${name}`, wrong, isAnswer);
    }
  }
}
