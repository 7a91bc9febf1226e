/** The stand-in host's page: its files made into one, so that it needs no build and no address but its own. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface HostPageOptions {
  /** Base URL of the demo target; null: there is none. */
  readonly targetUrl: string | null;
  /** Where the panel is served. Default `/plugins/load-testing/`. */
  readonly panelPath?: string;
}

/** Joined in this order. */
const MODULES = ['dom', 'api', 'drawer', 'workflows', 'adding', 'handshake', 'main'];

const file = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');

export function hostPage({ targetUrl, panelPath = '/plugins/load-testing/' }: HostPageOptions): string {
  const settings = JSON.stringify({ targetUrl, panelPath }).replaceAll('<', '\\u003c');
  const parts: Record<string, string> = { style: file('page.css'), script: MODULES.map((name) => inlined(file(`${name}.js`))).join('\n'), settings };
  return file('page.html').replace(/<!--(style|script|settings)-->/g, (_mark, name: string) => parts[name] ?? '');
}

/** In one scope nothing needs to be imported. Two modules with the same name inside would be a syntax error, seen at once. */
function inlined(module: string): string {
  return module.replace(/^import .*\n/gm, '').replace(/^export /gm, '');
}

/** Content security policy for a page made above: its own script and style, and the panel of the same origin. */
export function hostPagePolicy(page: string): string {
  const hashes = (tag: string) => [...page.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 'gs'))].map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ');
  return `default-src 'none'; script-src ${hashes('script')}; style-src ${hashes('style')}; img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;
}
