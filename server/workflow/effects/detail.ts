/** What a user recognises an effect by. Never a secret: of an address only the host, of a query no literal. */
import { shown } from '../shown.ts';
import type { PlacedNode } from '../shapes/shape.ts';
import type { EffectKind } from './kinds.ts';
import { firstWords } from './sql.ts';

const MOST = 100;

export function detailOf({ parameters }: Pick<PlacedNode, 'parameters'>, kind: EffectKind): string {
  const detail = DETAILS[kind](parameters);
  return shown(detail, MOST);
}

type Parameters = PlacedNode['parameters'];

const host = (parameters: Parameters) => hostOf(text(parameters, 'url', 'base_url', 'endpoint', 'webhook_url', 'site_url', 'connection_string', 'host', 'smtp_host', 'smtp_server'));
const path = (parameters: Parameters) => pathOf(text(parameters, 'file_path', 'path', 'directory_path', 'directory', 'output_path', 'filename'));
const query = (parameters: Parameters) => firstWords(queryOf(parameters)) || host(parameters);

const DETAILS: Readonly<Record<EffectKind, (parameters: Parameters) => string>> = {
  llm: (p) => [text(p, 'provider', 'llm_provider'), text(p, 'model', 'model_name')].filter((part) => part !== '').join(' '),
  http: host,
  mail: (p) => host(p) || text(p, 'to', 'to_email', 'recipients').replace(/^[^@]*@/, ''),
  sql_read: query,
  sql_write: query,
  file_read: path,
  file_write: path,
  code: () => '',
  unknown: (p) => query(p) || path(p),
};

export function queryOf(parameters: Parameters): string {
  return text(parameters, 'query', 'sql', 'query_string', 'statement');
}

/** The first of these parameters that holds text; of a list the first text. */
function text(parameters: Parameters, ...names: readonly string[]): string {
  for (const name of names) {
    if (!Object.hasOwn(parameters, name)) continue;
    const value = parameters[name];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string' && first.trim() !== '') return first.trim();
  }
  return '';
}

/** Empty where it is not certain which part is the host: what stands before an @ may be a password. */
function hostOf(address: string): string {
  if (/^[a-z0-9.-]+(:\d+)?$/i.test(address)) return address;
  if (/^(https?|wss?):\/\//i.test(address)) return URL.parse(address)?.host ?? '';
  const [, rest = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^?#]*)/i.exec(address) ?? [];
  if (!rest.includes('@') && address.includes('@')) return '';
  const [host = ''] = rest.slice(rest.lastIndexOf('@') + 1).split('/');
  return host;
}

/** A path as it is; of an address not what may be secret: user and password, query. */
function pathOf(file: string): string {
  if (!file.includes('://')) return file;
  return file.replace(/:\/\/.*@/s, '://').replace(/[?#].*$/s, '');
}
