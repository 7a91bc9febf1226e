/** How the HTML report looks: the tokens of the panel, light and dark by the system, and on paper always light. */
import { Markup } from './markup.ts';

export const STYLE = new Markup(`
:root {
  color-scheme: light dark;
  --bg: light-dark(#f5f6f8, #121419);
  --surface: light-dark(#ffffff, #191c22);
  --sunken: light-dark(#f0f2f5, #21252d);
  --text: light-dark(#171a21, #e7e9ee);
  --text-2: light-dark(#535b6a, #a5adbb);
  --line: light-dark(#e1e4ea, #2c313b);
  --grid: light-dark(#e9ebf0, #272c35);
  --accent: light-dark(#2450b8, #8db0ff);
  --pass: light-dark(#17703f, #63c78d);
  --pass-soft: light-dark(#e5f3eb, #172d22);
  --fail: light-dark(#b3261e, #ff8c82);
  --fail-soft: light-dark(#fbebe9, #3a1f1e);
  --warn: light-dark(#865600, #e3b055);
  --warn-soft: light-dark(#fbf1de, #33280f);
  --none: light-dark(#4d5566, #b3bac7);
  --none-soft: light-dark(#eceef2, #282d37);
  --c-p50: light-dark(#6d8cc9, #5e7cc0);
  --c-p95: light-dark(#2450b8, #8db0ff);
  --c-p99: light-dark(#142a5e, #d5e1ff);
  --c-throughput: light-dark(#0c7a70, #4fbfb2);
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--text); font: 400 13px/20px system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h1, h2, h3, p, dl, dd, ul, figure { margin: 0; padding: 0; }
ul { list-style: none; }
main { max-width: 1120px; margin: 0 auto; padding: 24px; display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr); }
header p, .note, .sub, figcaption p, .time { color: var(--text-2); font-size: 12px; line-height: 16px; }
h1 { font-size: 22px; line-height: 28px; font-weight: 600; }
h2 { font-size: 15px; line-height: 20px; font-weight: 600; }
h3 { font-size: 13px; line-height: 20px; font-weight: 600; }
code { font: 400 12px/16px ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace; }
.sub { display: block; font-weight: 400; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 16px 20px 20px; display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); }
.pass { color: var(--pass); }
.fail { color: var(--fail); }
.none { color: var(--none); }
.mark { display: inline-flex; align-items: center; gap: 6px; font-weight: 600; white-space: nowrap; }
.icon { width: 1.15em; height: 1.15em; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.verdict { border: 0; padding: 24px; color: var(--text); }
.verdict.pass { background: var(--pass-soft); }
.verdict.fail { background: var(--fail-soft); }
.verdict.none { background: var(--none-soft); }
.verdict h2 { display: flex; align-items: center; gap: 12px; font-size: 44px; line-height: 48px; font-weight: 650; letter-spacing: -0.02em; overflow-wrap: normal; }
.verdict.pass h2 { color: var(--pass); }
.verdict.fail h2 { color: var(--fail); }
.verdict.none h2 { color: var(--none); }
.verdict .icon { width: 40px; height: 40px; stroke-width: 1.75; }
.why { font-size: 16px; line-height: 24px; max-width: 110ch; text-wrap: pretty; }
blockquote { margin: 0; white-space: pre-line; }
blockquote footer { color: var(--text-2); font-size: 12px; line-height: 16px; }
.warning { background: var(--warn-soft); border-radius: 8px; padding: 12px 16px; }
.warning b { color: var(--warn); font-weight: 600; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 500; font-size: 12px; line-height: 16px; color: var(--text-2); vertical-align: bottom; white-space: nowrap; }
tbody th { font-weight: 500; min-width: 140px; }
tbody tr:last-child > * { border-bottom: 0; }
.tight :is(th, td) { padding-top: 3px; padding-bottom: 3px; }
.num { text-align: right; white-space: nowrap; }
.wide { min-width: 200px; }
dl { display: grid; gap: 4px 16px; grid-template-columns: minmax(120px, max-content) minmax(0, 1fr); }
dt { color: var(--text-2); }
.charts { gap: 32px; }
.charts h2 { margin-bottom: -16px; }
figure { display: grid; gap: 8px; grid-template-columns: minmax(0, 1fr); }
figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 12px; }
.key { display: flex; flex-wrap: wrap; gap: 0 16px; margin-left: auto; font-size: 12px; line-height: 16px; }
.key svg { width: 20px; height: 10px; margin-right: 6px; }
.plot { position: relative; height: 180px; margin: 20px 16px 20px 52px; }
.plot > svg { display: block; width: 100%; height: 100%; }
.plot span { position: absolute; font-size: 11px; line-height: 14px; color: var(--text-2); white-space: nowrap; }
.plot .y { right: calc(100% + 8px); transform: translateY(50%); }
.plot .x { top: calc(100% + 6px); transform: translateX(-50%); }
.plot .unit { left: 0; bottom: calc(100% + 4px); }
.plot .peak { right: 0; bottom: calc(100% + 4px); }
.plot .limit-name { right: 4px; color: var(--fail); background: color-mix(in srgb, var(--surface) 80%, transparent); }
.time { text-align: right; margin-top: -4px; }
.empty { color: var(--text-2); }
path { fill: none; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
path.grid { stroke: var(--grid); }
path.limit { stroke: var(--fail); stroke-width: 1.5; stroke-dasharray: 1 4; }
path.planned { stroke: var(--text-2); stroke-width: 1.5; stroke-dasharray: 5 4; }
path.achieved { stroke: var(--accent); stroke-width: 2; }
path.p50 { stroke: var(--c-p50); stroke-width: 1.5; }
path.p95 { stroke: var(--c-p95); stroke-width: 2.25; }
path.p99 { stroke: var(--c-p99); stroke-width: 1.25; stroke-dasharray: 2 3; }
path.throughput { stroke: var(--c-throughput); stroke-width: 2; }
path.failed { stroke: var(--fail); stroke-width: 2; stroke-linecap: butt; }
.warm-up { fill: var(--sunken); }
summary { cursor: pointer; color: var(--accent); min-height: 24px; }
details .scroll { max-height: 360px; overflow: auto; }
.foot { color: var(--text-2); font-size: 12px; line-height: 16px; }
@media (max-width: 559px) {
  main { padding: 16px; gap: 16px; }
  section { padding: 16px; }
  .verdict h2 { font-size: clamp(26px, 10vw, 40px); line-height: 1.1; }
  .verdict .icon { width: 0.9em; height: 0.9em; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd + dt { margin-top: 8px; }
  .key { margin-left: 0; }
  .plot .minor { display: none; }
}
/* Seven columns and more would be cut off without a hint. */
@media (max-width: 679px) {
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards, .cards tbody { display: block; }
  .cards tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 4px 12px; padding: 12px 0; border-bottom: 1px solid var(--line); }
  .cards tr:last-child { border-bottom: 0; padding-bottom: 0; }
  .cards :is(td, th) { padding: 0; border: 0; }
  .cards :is(th, td:not(.num)) { grid-column: 1 / -1; }
  .cards .num { text-align: left; white-space: normal; }
  .cards [data-label]::before { content: attr(data-label) ' '; color: var(--text-2); font-size: 12px; font-weight: 400; }
}
@media print {
  @page { margin: 14mm; }
  :root { color-scheme: light; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { background: none; font-size: 11px; line-height: 16px; }
  :is(.note, .sub, dt, thead th, header p, figcaption p, .time, .key, code) { font-size: 10px; line-height: 14px; }
  main { padding: 0; gap: 16px; max-width: none; display: block; }
  main > * { margin-bottom: 16px; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 12px 0 0; }
  .verdict { border-radius: 8px; padding: 16px; }
  .scroll, details .scroll { overflow: visible; max-height: none; }
  .plot { height: 130px; }
  figure, tr, dt, dd, .warning, .verdict { break-inside: avoid; }
  h2, h3, thead { break-after: avoid; }
  details:not([open]) { display: none; }
  th, td { padding-right: 8px; }
  tbody th, .wide { min-width: 0; }
}
`);
