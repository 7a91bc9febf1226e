/**
 * Nunjucks, the one place. Templates are code of ours: text of the user never reaches them as a template, only as a
 * value through the filters `js` and `py`. A missing value is an error, not an empty string.
 */
import { readFileSync } from 'node:fs';
import nunjucks from 'nunjucks';
import { jsLiteral, pyLiteral } from './quote.ts';

const environment = new nunjucks.Environment(null, { autoescape: false, throwOnUndefined: true, trimBlocks: true, lstripBlocks: true });
environment.addFilter('js', jsLiteral);
environment.addFilter('py', pyLiteral);

const compiled = new Map<string, nunjucks.Template>();

/** Renders a `.njk` file; compiled once. Throws when a value is missing: that is a bug of the template. */
export function render(file: URL, values: object): string {
  let template = compiled.get(file.href);
  if (!template) {
    template = new nunjucks.Template(readFileSync(file, 'utf8'), environment, file.pathname, true);
    compiled.set(file.href, template);
  }
  return template.render(values);
}

/** A constant file of a bundle, as it is. */
export function constant(file: URL): string {
  return readFileSync(file, 'utf8');
}
