/** The drawer with the panel. */
import { settings } from './api.js';
import { $, root } from './dom.js';
import { mark, workflows } from './workflows.js';

export let opened = null;
const narrow = matchMedia('(max-width: 899px)');

/** @param path where the panel was, when a reload opens it again */
export function openDrawer(id, path = panelAt(id)) {
  const workflow = workflows.find((w) => w.id === id);
  if (!workflow) return;
  $('drawer-name').textContent = workflow.name;
  if (opened !== id) $('panel').src = path;
  opened = id;
  remember(path);
  $('drawer').hidden = false;
  root.toggleAttribute('data-drawer', true);
  cover();
  mark();
  $('drawer-name').focus();
}

export function closeDrawer() {
  if (opened === null) return;
  const from = document.querySelector(`li[data-id="${CSS.escape(opened)}"] .open`);
  opened = null;
  $('drawer').hidden = true;
  $('panel').src = 'about:blank';
  root.toggleAttribute('data-drawer', false);
  history.replaceState(null, '', location.pathname);
  document.title = 'Kailash Studio (stand-in)';
  cover();
  mark();
  from?.focus();
}

const panelAt = (id) => `${settings.panelPath}?workflow=${encodeURIComponent(id)}`;

/** On a narrow screen the drawer covers the page: nothing under it takes the focus. */
function cover() {
  $('page').inert = opened !== null && narrow.matches;
}
narrow.addEventListener('change', cover);

/** Where the panel is stands in the address, so that a reload shows the same. */
export function remember(path) {
  const hash = new URLSearchParams({ workflow: opened, panel: path });
  history.replaceState(null, '', `#${hash}`);
  $('drawer-own').href = path;
}

$('drawer-close').addEventListener('click', closeDrawer);
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented) closeDrawer();
});
const OVERLAYS = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"], [role="tooltip"], :popover-open';
const FIELDS = 'input, textarea, select, [contenteditable]';
/** The panel is of the same origin: Esc closes the drawer from in there too, unless it has something of its own to close. */
$('panel').addEventListener('load', () => {
  const panel = $('panel').contentWindow;
  let hadOverlay = false;
  // Before the panel hears of it, and takes away what is open.
  panel.addEventListener('keydown', () => (hadOverlay = panel.document.querySelector(OVERLAYS) !== null), true);
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !hadOverlay && !event.defaultPrevented && !event.target.closest?.(FIELDS)) closeDrawer();
  });
});
