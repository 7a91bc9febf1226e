/** The list of workflows. */
import { ask } from './api.js';
import { showProblems } from './adding.js';
import { $, element, icon, say } from './dom.js';
import { closeDrawer, opened, openDrawer } from './drawer.js';

const SHAPES = { studio: 'Studio', sdk: 'SDK', builder: 'Builder', export: 'Export', manifest: 'Manifest', kaizen: 'Kaizen template' };

export let workflows = [];

export async function load() {
  try {
    workflows = await ask('GET', '');
    $('list-problem').hidden = true;
    render();
  } catch (error) {
    $('list').hidden = true;
    const again = element('button', { class: 'btn', type: 'button' }, 'Try again');
    again.addEventListener('click', load);
    $('list-problem').replaceChildren(`The workflows could not be read: ${error.message}`, again);
    $('list-problem').hidden = false;
  }
}

function render() {
  $('count').textContent = workflows.length === 1 ? '1 workflow' : `${workflows.length} workflows`;
  $('list').hidden = workflows.length === 0;
  $('list').replaceChildren(...workflows.map(row));
  mark();
}

function row(workflow) {
  const open = element('button', { class: 'open', type: 'button', title: 'Open the load testing panel' }, workflow.name);
  open.addEventListener('click', () => openDrawer(workflow.id));
  const nodes = `${SHAPES[workflow.shape] ?? workflow.shape} · ${workflow.nodeCount} ${workflow.nodeCount === 1 ? 'node' : 'nodes'}`;
  const what = element('div', { class: 'what' }, open, ...(workflow.description ? [element('span', { class: 'muted' }, workflow.description)] : []));
  const side = element('span', { class: 'side' }, ...(workflow.custom ? [removeButton(workflow)] : []), icon('M9 6l6 6-6 6'));
  return element('li', { class: 'row', 'data-id': workflow.id }, what, element('span', { class: 'muted shape' }, nodes), side);
}

/** Asks once more on the button itself. */
function removeButton(workflow) {
  const button = element('button', { class: 'btn icon', type: 'button', 'aria-label': `Remove ${workflow.name}`, title: 'Remove' });
  const atRest = () => {
    button.replaceChildren(icon('M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5'));
    button.classList.add('icon');
    delete button.dataset.sure;
  };
  atRest();
  button.addEventListener('blur', atRest);
  button.addEventListener('click', async () => {
    if (!button.dataset.sure) {
      button.dataset.sure = 'asked';
      button.classList.remove('icon');
      button.replaceChildren('Remove?');
      return;
    }
    try {
      await ask('DELETE', `/${encodeURIComponent(workflow.id)}`);
      if (opened === workflow.id) closeDrawer();
      say(`${workflow.name} was removed.`);
      await load();
      $('workflows-heading').tabIndex = -1;
      $('workflows-heading').focus();
    } catch (error) {
      showProblems([`${workflow.name}: ${error.message}`]);
    }
  });
  return button;
}

/** A link led to a workflow that is not here. @param path where the panel was to be: a run of it may still be there */
export function sayUnknown(id, path) {
  history.replaceState(null, '', location.pathname);
  const said = element('p', {}, 'There is no workflow ', element('code', {}, id), ' here. It may have been removed, or the link is of another Studio. Choose one below, or add it again.');
  const rest = path ? [element('a', { class: 'btn', href: path }, 'Open what the link led to')] : [];
  $('list-problem').replaceChildren(said, ...rest);
  $('list-problem').hidden = false;
}

/** Shows whose panel is open. */
export function mark() {
  for (const item of $('list').children) {
    const is = item.dataset.id === opened;
    item.toggleAttribute('data-current', is);
    item.querySelector('.open').setAttribute('aria-expanded', String(is));
  }
}
