/** Where generators stand in JSON text: found in one pass that keeps nothing of all the rest. */
import { type JSONPath, visit } from 'jsonc-parser';

export interface Found {
  readonly from: number;
  readonly to: number;
  readonly path: JSONPath;
}

/** The outermost objects with exactly one member whose name begins with $, in their order. @param text valid JSON */
export function findGenerators(text: string): readonly Found[] {
  // In valid JSON only an object whose first name begins with $ looks like this.
  if (!/\{\s*"(?:\$|\\u0024)/.test(text)) return [];
  const found: Found[] = [];
  const open: { readonly from: number; members: number; path: JSONPath | null }[] = [];
  visit(text, {
    onObjectBegin: (from) => void open.push({ from, members: 0, path: null }),
    onObjectProperty(name, _offset, _length, _line, _column, path) {
      const object = open.at(-1);
      if (!object) return;
      object.members += 1;
      if (object.members === 1 && name.startsWith('$')) object.path = path();
    },
    onObjectEnd(offset, length) {
      const object = open.pop();
      if (object?.members !== 1 || object.path === null) return;
      // Those that stand in this one.
      while ((found.at(-1)?.from ?? -1) > object.from) found.pop();
      found.push({ from: object.from, to: offset + length, path: object.path });
    },
  });
  return found;
}
