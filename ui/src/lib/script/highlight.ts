/** Highlighting on demand: core, engine, theme and one language are loaded when the first such file is shown. */
import type { HighlighterCore } from 'shiki/core';
import type { Language } from './bundle.ts';

/** Becomes a class of the `<pre>` too. */
const THEME = 'custom-properties';

let highlighter: Promise<HighlighterCore> | undefined;

const GRAMMARS = {
  python: () => import('shiki/langs/python.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
} as const satisfies Record<Language, () => Promise<unknown>>;

async function create(): Promise<HighlighterCore> {
  const [{ createHighlighterCore, createCssVariablesTheme }, { createJavaScriptRegexEngine }] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
  ]);
  return createHighlighterCore({
    themes: [createCssVariablesTheme({ name: THEME, variablePrefix: '--shiki-' })],
    langs: [],
    engine: createJavaScriptRegexEngine(),
  });
}

/** HTML of a `<pre>`, one `.line` per line; colours are custom properties, so that light and dark need no second pass. */
export async function highlight(text: string, language: Language): Promise<string> {
  highlighter ??= create();
  const shiki = await highlighter;
  await shiki.loadLanguage(GRAMMARS[language]());
  return shiki.codeToHtml(text.replace(/\n$/, ''), { lang: language, theme: THEME });
}
