/** The plot's rectangle as a clip path: `Chart` puts its id into LayerCake's `custom`. */
export function clipOf(context: { readonly custom: object }): string {
  return `url(#${(context.custom as { clip: string }).clip})`;
}
