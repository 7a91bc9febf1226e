/** The stand-in host's workflows: those it brings along, and those a user added, which are kept as files and survive a restart. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readWorkflow } from '../../server/workflow/read.ts';
import { shown } from '../../server/workflow/shown.ts';
import type { WorkflowShape } from '../../server/workflow/workflow.ts';
import { demoWorkflows } from './demo-workflows.ts';

export interface WorkflowItem {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly shape: WorkflowShape;
  readonly nodeCount: number;
  /** Added by a user: can be removed. */
  readonly custom: boolean;
}

export interface StoredWorkflow extends WorkflowItem {
  /** As it came, byte for byte. */
  readonly definition: string;
}

export type Added = { readonly item: WorkflowItem; readonly message?: undefined } | { readonly item?: undefined; readonly message: string };

export interface WorkflowStore {
  /** The ones it brings along first, then the user's in the order they came. */
  list(): readonly WorkflowItem[];
  get(id: string): StoredWorkflow | null;
  /** The same text again is the same workflow. `name` is used when the definition has none of its own (a file's name). */
  add(text: string, name?: string): Promise<Added>;
  /** False: there is no such workflow, or it is one of those that are always there. */
  remove(id: string): Promise<boolean>;
  /** Files that were found in the folder and could not be read. */
  readonly unreadable: readonly string[];
}

const MOST = 200;

interface Kept {
  readonly id: string;
  readonly addedAt: number;
  readonly name: string;
  readonly text: string;
}

/** @param folder for the user's workflows; made when the first one comes */
export async function openWorkflowStore(folder: string): Promise<WorkflowStore> {
  const workflows = new Map<string, StoredWorkflow>();
  const unreadable: string[] = [];

  for (const { id, text } of demoWorkflows()) {
    const stored = describe(text, { id, custom: false });
    if ('message' in stored) throw new Error(`the demo workflow ${id} cannot be read: ${stored.message}`);
    workflows.set(id, stored);
  }
  for (const kept of await readKept(folder, unreadable)) {
    const stored = describe(kept.text, { id: kept.id, custom: true, name: kept.name });
    if ('message' in stored) unreadable.push(`${kept.id}.json`);
    else workflows.set(kept.id, stored);
  }

  const custom = () => [...workflows.values()].filter((workflow) => workflow.custom);
  return {
    unreadable,
    list: () => [...workflows.values()].map(itemOf),
    get: (id) => workflows.get(id) ?? null,
    async add(text, name = '') {
      const id = `own-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
      const known = workflows.get(id);
      if (known) return { item: itemOf(known) };
      if (custom().length >= MOST) return { message: `There are ${MOST} workflows of your own already: remove one first.` };
      const stored = describe(text, { id, custom: true, name });
      if ('message' in stored) return { message: stored.message };
      const kept: Kept = { id, addedAt: Date.now(), name, text };
      await write(path.join(folder, `${id}.json`), JSON.stringify(kept));
      workflows.set(id, stored);
      return { item: itemOf(stored) };
    },
    async remove(id) {
      if (!workflows.get(id)?.custom) return false;
      await rm(path.join(folder, `${id}.json`), { force: true });
      return workflows.delete(id);
    },
  };
}

function describe(text: string, { id, custom, name = '' }: { id: string; custom: boolean; name?: string }): StoredWorkflow | { readonly message: string } {
  const { workflow, problems } = readWorkflow(text);
  if (!workflow) return { message: problems.map((p) => (p.path === '' ? p.message : `${p.path}: ${p.message}`)).join(' ') };
  const own = workflow.name === 'Untitled workflow' ? shown(name.replace(/\.(json|ya?ml)$/i, '')) : '';
  return {
    id,
    name: own === '' ? workflow.name : own,
    description: descriptionOf(workflow.definition, workflow.format),
    shape: workflow.shape,
    nodeCount: workflow.nodes.length,
    custom,
    definition: text,
  };
}

function descriptionOf(definition: string, format: 'json' | 'yaml'): string {
  if (format === 'yaml') return '';
  const value = JSON.parse(definition) as { description?: unknown; metadata?: { description?: unknown } | null };
  const found = [value.description, value.metadata?.description].find((text) => typeof text === 'string' && text !== '');
  return typeof found === 'string' ? shown(found, 200) : '';
}

function itemOf({ definition: _definition, ...item }: StoredWorkflow): WorkflowItem {
  return item;
}

async function readKept(folder: string, unreadable: string[]): Promise<Kept[]> {
  await mkdir(folder, { recursive: true });
  const kept: Kept[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json'))) {
    try {
      const value = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Kept;
      if (`${value.id}.json` === file && typeof value.text === 'string') kept.push(value);
      else unreadable.push(file);
    } catch {
      unreadable.push(file); // told to the host, who says so: one broken file must not hide the others
    }
  }
  return kept.sort((a, b) => a.addedAt - b.addedAt);
}

/** Whole or not at all: a file half written would be lost at the next start. */
async function write(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
