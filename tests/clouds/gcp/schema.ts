/** Requests and answers against Google's description of them: what is unknown, of another type, no such word, no duration, or not the caller's to say. */
import type { Discovery, Method, Resource, Schema } from './discovery.ts';

export interface Matched {
  readonly method: Method;
  /** Values of the path, in its order. */
  readonly path: readonly string[];
}

export class Description {
  readonly #document: Discovery;
  readonly #methods: readonly Method[];

  constructor(document: Discovery) {
    this.#document = document;
    this.#methods = Object.values(document.resources).flatMap(methodsOf);
  }

  /** null: there is no such method. */
  match(httpMethod: string, pathname: string): Matched | null {
    for (const method of this.#methods) {
      if (method.httpMethod !== httpMethod) continue;
      const found = new RegExp(`^/${method.flatPath.replace(/\{[^}]+\}/g, '([^/:]+)')}$`).exec(pathname);
      if (found) return { method, path: found.slice(1) };
    }
    return null;
  }

  /** What is wrong with a request, a line each. */
  request({ parameters, request }: Method, query: URLSearchParams, body: unknown): string[] {
    const wrong: string[] = [];
    for (const [name, value] of query) {
      const parameter = parameters[name] ?? this.#document.parameters[name];
      if (!parameter || (parameters[name] && parameters[name].location !== 'query')) wrong.push(`?${name}: unknown parameter`);
      else if (parameter.type === 'integer' && !/^\d+$/.test(value)) wrong.push(`?${name}: ${value}, want integer`);
    }
    if (body !== undefined && !request) wrong.push('$: it has no body');
    if (body !== undefined && request) this.#check(request, body, '$', wrong, false);
    return wrong;
  }

  answer({ response }: Method, body: unknown): string[] {
    const wrong: string[] = [];
    if (response) this.#check(response, body, '$', wrong, true);
    return wrong;
  }

  #check(given: Schema, value: unknown, path: string, wrong: string[], isAnswer: boolean): void {
    const schema = given.$ref ? (this.#document.schemas[given.$ref] ?? {}) : given;
    if (given.readOnly && !isAnswer) wrong.push(`${path}: output only`);
    const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
    switch (schema.type) {
      case 'object':
        if (type !== 'object') return void wrong.push(`${path}: ${type}, want object`);
        for (const [name, item] of Object.entries(value as object)) {
          const property = schema.properties?.[name] ?? schema.additionalProperties;
          if (property) this.#check(property, item, `${path}.${name}`, wrong, isAnswer);
          else wrong.push(`${path}.${name}: unknown field`);
        }
        return;
      case 'array':
        if (!Array.isArray(value)) return void wrong.push(`${path}: ${type}, want array`);
        for (const [i, item] of value.entries()) this.#check(schema.items ?? {}, item, `${path}[${i}]`, wrong, isAnswer);
        return;
      case 'string':
        if (typeof value !== 'string') wrong.push(`${path}: ${type}, want string`);
        else if (schema.enum && !schema.enum.includes(value)) wrong.push(`${path}: "${value}" is not one of ${schema.enum.join(', ')}`);
        else if (schema.format === 'google-duration' && !/^\d+(\.\d{1,9})?s$/.test(value)) wrong.push(`${path}: "${value}", want a duration`);
        else if (schema.format === 'google-datetime' && Number.isNaN(Date.parse(value))) wrong.push(`${path}: "${value}", want a time`);
        return;
      case 'integer':
        if (!Number.isInteger(value)) wrong.push(`${path}: ${JSON.stringify(value)}, want integer`);
        return;
      case 'boolean':
        if (typeof value !== 'boolean') wrong.push(`${path}: ${type}, want boolean`);
    }
  }
}

function methodsOf(resource: Resource): Method[] {
  return [...Object.values(resource.methods ?? {}), ...Object.values(resource.resources ?? {}).flatMap(methodsOf)];
}
