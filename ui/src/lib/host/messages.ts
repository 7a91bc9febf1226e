/**
 * The handshake with the page around the panel, by `postMessage`, same origin on both sides (the host serves the panel
 * under its own address, or through its own proxy).
 *
 *     panel -> host  {type: 'load-testing:ready'}                     the panel listens
 *     host -> panel  {type: 'load-testing:context', token?, theme?, locale?, workflow?}   and again when something changes
 *     panel -> host  {type: 'load-testing:navigate', path, title}     where the panel is, so that a host can link to it
 */

export interface Context {
  readonly token?: string;
  readonly theme?: 'light' | 'dark';
  /** Of days and times of day; texts and numbers are English. */
  readonly locale?: string;
  /** The host's id of the workflow that is open beside the panel. */
  readonly workflow?: string;
}

export type ToHost = { readonly type: 'load-testing:ready' } | { readonly type: 'load-testing:navigate'; readonly path: string; readonly title: string };

/** A context message, or null for anything else. Members of a wrong type are left out. */
export function readContext(data: unknown): Context | null {
  if (typeof data !== 'object' || data === null || (data as { type?: unknown }).type !== 'load-testing:context') return null;
  const { token, theme, locale, workflow } = data as Record<string, unknown>;
  return {
    ...(typeof token === 'string' && token !== '' ? { token } : {}),
    ...(theme === 'light' || theme === 'dark' ? { theme } : {}),
    ...(typeof locale === 'string' && isLocale(locale) ? { locale } : {}),
    ...(typeof workflow === 'string' && workflow !== '' ? { workflow } : {}),
  };
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
