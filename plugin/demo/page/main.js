/** Starts the page. */
import { settings } from './api.js';
import { $, element } from './dom.js';
import { openDrawer } from './drawer.js';
import { load, sayUnknown, workflows } from './workflows.js';

if (settings.targetUrl) {
  const truth = element('a', { href: `${settings.targetUrl}/truth`, target: '_blank', rel: 'noopener' }, 'what it received');
  $('target').append('They run on a demo target at ', element('code', {}, settings.targetUrl), ', which tells ', truth, '.');
}

await load();
const before = new URLSearchParams(location.hash.slice(1));
const panel = before.get('panel') ?? '';
const path = panel.startsWith(settings.panelPath) ? panel : undefined;
const linked = before.get('workflow');
const isKnown = workflows.some(({ id }) => id === linked);
if (isKnown) openDrawer(linked, path);
// A list that could not be read is said already.
else if (linked !== null && $('list-problem').hidden) sayUnknown(linked, path);
