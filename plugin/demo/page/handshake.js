/** What the panel is told, and what it tells. */
import { settings } from './api.js';
import { $, root } from './dom.js';
import { opened, remember } from './drawer.js';

const dark = matchMedia('(prefers-color-scheme: dark)');
const theme = () => $('theme').value || (dark.matches ? 'dark' : 'light');

function tellPanel() {
  if (opened === null) return;
  $('panel').contentWindow?.postMessage({ type: 'load-testing:context', token: null, theme: theme(), locale: navigator.language, workflow: opened }, location.origin);
}

addEventListener('message', (event) => {
  if (event.origin !== location.origin || event.source !== $('panel').contentWindow || opened === null) return;
  const { type, path, title } = event.data ?? {};
  if (type === 'load-testing:ready') tellPanel();
  if (type === 'load-testing:navigate' && typeof path === 'string' && path.startsWith(settings.panelPath)) {
    remember(path);
    document.title = typeof title === 'string' && title !== '' ? `${title} · Kailash Studio` : 'Kailash Studio (stand-in)';
  }
});

function colours() {
  if ($('theme').value) root.dataset.theme = $('theme').value;
  else delete root.dataset.theme;
  tellPanel();
}
$('theme').value = localStorage.getItem('host:theme') ?? '';
$('theme').addEventListener('change', () => {
  localStorage.setItem('host:theme', $('theme').value);
  colours();
});
dark.addEventListener('change', colours);
colours();
