/**
 * Nunjucks, the one place. Templates are code: text of the user never reaches them as a template, only as a value through the filters
 * `js`, `py` and `yaml`. A missing value is an error, not an empty string.
 *
 * An operator's folder may hold a template of the same name (`k6/loadtest.js.njk`): it is used instead, and extends the product's own
 * (`{% extends "load-test/k6/loadtest.js.njk" %}`) in the blocks that this one names.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import { jsLiteral, pyLiteral, yamlText } from './quote.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OWN = 'load-test/';

/** The product's own templates under `load-test/`; all other names are files of the operator's folder. Compiled once, the operator's each time. */
function environmentOf(customTemplates: string | null): nunjucks.Environment {
  const loader: nunjucks.ILoader = {
    getSource(name) {
      const own = name.startsWith(OWN);
      const file = own ? path.join(ROOT, name.slice(OWN.length)) : path.join(customTemplates ?? ROOT, name);
      return { src: readFileSync(file, 'utf8'), path: file, noCache: !own };
    },
  };
  const environment = new nunjucks.Environment(loader, { autoescape: false, throwOnUndefined: true, trimBlocks: true, lstripBlocks: true });
  environment.addFilter('js', jsLiteral);
  environment.addFilter('py', pyLiteral);
  environment.addFilter('yaml', yamlText);
  return environment;
}

const environments = new Map<string | null, nunjucks.Environment>();

/**
 * Renders a `.njk` file. Throws when a value is missing: that is a bug of the template.
 * @param customTemplates the operator's folder; null: there is none
 */
export function render(file: URL, values: object, customTemplates: string | null = null): string {
  const name = path.relative(ROOT, fileURLToPath(file)).split(path.sep).join('/');
  const environment = environments.get(customTemplates) ?? environmentOf(customTemplates);
  environments.set(customTemplates, environment);
  const custom = customTemplates !== null && existsSync(path.join(customTemplates, name));
  return environment.render(custom ? name : `${OWN}${name}`, values);
}

/** A constant file of a bundle, as it is. */
export function constant(file: URL): string {
  return readFileSync(file, 'utf8');
}
