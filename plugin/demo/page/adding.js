/** New workflows: files chosen or dropped, or pasted text. */
import { ask } from './api.js';
import { $, element, root, say } from './dom.js';
import { openDrawer } from './drawer.js';
import { load } from './workflows.js';

const MOST_BYTES = 10 * 1024 * 1024;

/** @param {{ name: string, bytes: () => Promise<string> }[]} sources */
async function add(sources) {
  showProblems([]);
  const refused = [];
  const added = [];
  for (const { name, text } of sources) {
    const before = name ? `${name}: ` : '';
    try {
      added.push(await ask('POST', `?name=${encodeURIComponent(name)}`, await text()));
    } catch (error) {
      refused.push(before + error.message);
    }
  }
  showProblems(refused);
  if (added.length > 0) {
    say(added.length === 1 ? `${added[0].name} was added.` : `${added.length} workflows were added.`);
    await load();
    if (refused.length === 0 && added.length === 1) openDrawer(added[0].id);
  }
  return refused.length === 0;
}

function addFiles(files) {
  return add([...files].map((file) => ({ name: file.name, text: () => textOf(file) })));
}

async function textOf(file) {
  if (file.size > MOST_BYTES) throw new Error(`The file has ${(file.size / 1024 / 1024).toFixed(1)} MB; at most 10 MB can be read.`);
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('This is not text in UTF-8.');
  }
}

$('files').addEventListener('change', async () => {
  await addFiles($('files').files);
  $('files').value = '';
});

$('paste').addEventListener('submit', async (event) => {
  event.preventDefault();
  const whole = await add([{ name: '', text: async () => $('text').value }]);
  if (whole) $('text').value = '';
  else $('text').focus();
});
$('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) $('paste').requestSubmit();
});

/** Entering a child comes before leaving its parent, so entered elements are counted. */
let over = 0;
const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
const dragging = (is) => root.toggleAttribute('data-dragging', is);
addEventListener('dragenter', (event) => {
  if (!hasFiles(event)) return;
  over += 1;
  dragging(true);
});
addEventListener('dragleave', (event) => {
  if (!hasFiles(event)) return;
  over -= 1;
  if (over <= 0) dragging(false);
});
addEventListener('dragover', (event) => {
  if (hasFiles(event)) event.preventDefault();
});
addEventListener('drop', (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  over = 0;
  dragging(false);
  addFiles(event.dataTransfer.files);
});

export function showProblems(sentences) {
  $('problems').replaceChildren(...sentences.map((sentence) => element('li', { class: 'problem' }, sentence)));
  $('text').setAttribute('aria-invalid', String(sentences.length > 0));
}
