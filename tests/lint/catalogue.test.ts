/** Whoever translates the panel has one file to translate. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type AST, parse } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';

const source = path.join(import.meta.dirname, '../../ui/src');
const components = globSync('**/*.svelte', { cwd: source });

/** Attributes that are read to somebody. */
const SPOKEN = /^(title|alt|placeholder|label|aria-(label|description|roledescription|valuetext|placeholder))$/;
const WORD = /\p{L}{2,}/u;
/** What may be typed into a field stands in it as an example. */
const VALUE = /^(true|(https?:\/)?\/\S*)$/;

type Node = AST.Text | AST.Attribute | { type: string };

/** Words that stand in the markup itself. */
function wordsIn(file: string): string[] {
  const found: string[] = [];
  const isText = (node: Node): node is AST.Text => node.type === 'Text';
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null || !('type' in node)) return;
    const one = node as Node;
    if (one.type === 'Attribute') {
      const { name, value } = one as AST.Attribute;
      const texts = (Array.isArray(value) ? value : []).filter(isText).map(({ data }) => data);
      if (SPOKEN.test(name)) found.push(...texts.filter((text) => WORD.test(text) && !VALUE.test(text)));
      // What stands in braces may hold markup.
      return;
    }
    if (isText(one)) {
      if (WORD.test(one.data)) found.push(one.data.trim());
      return;
    }
    for (const part of Object.values(one)) visit(part);
  };
  visit(parse(readFileSync(path.join(source, file), 'utf8'), { modern: true }).fragment);
  return found;
}

describe('the catalogue', () => {
  it('is the only place with words: none stand in the markup of a component', () => {
    expect(components.length).toBeGreaterThan(50);
    expect(components.flatMap((file) => wordsIn(file).map((words) => `${file}: ${words}`))).toEqual([]);
  });
});
