import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoWorkflows, gatewayWorkflows } from '../../plugin/demo/demo-workflows.ts';
import { hostRoutes } from '../../plugin/demo/host-routes.ts';
import { hostPage, hostPagePolicy } from '../../plugin/demo/page.ts';
import { startDemoTarget } from '../../plugin/demo/target.ts';
import { openWorkflowStore, type WorkflowStore } from '../../plugin/demo/workflow-store.ts';
import { readWorkflow } from '../../server/workflow/read.ts';
import { chromium } from '../helpers/places.ts';

const own = '{"nodes":[{"id":"a","type":"PythonCodeNode","parameters":{"n":12345678901234567890}}],"edges":[]}';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'host-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the demo workflows', () => {
  test('are read, have names and descriptions, and differ in what they do outside', () => {
    const read = demoWorkflows().map(({ id, text }) => ({ id, workflow: readWorkflow(text).workflow }));
    expect(read.map(({ workflow }) => workflow?.shape)).toEqual(['studio', 'studio', 'studio', 'studio', 'studio', 'studio', 'sdk']);
    for (const { workflow } of read) expect(workflow?.name).not.toBe('Untitled workflow');
    const kinds = read.map(({ workflow }) => workflow?.effects.items.filter((item) => !item.mayAct).map((item) => item.kind));
    expect(kinds[0]).toEqual([]);
    expect(kinds[1]).toEqual(['sql_read', 'sql_read', 'file_write']);
    expect(kinds[2]).toEqual(['llm', 'http', 'mail', 'file_write']);
  });

  test('run on the demo target, those of the SDK by name on its gateway', async () => {
    const target = await startDemoTarget({ workflows: gatewayWorkflows() });
    try {
      const post = async (at: string, body: string) => {
        const answer = await fetch(target.url + at, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
        return [answer.status, ((await answer.json()) as { outputs: object }).outputs];
      };
      const quick = '{"demo":{"delayMs":0,"failRatio":0}}';
      for (const { text } of demoWorkflows()) {
        const nodes = readWorkflow(text).workflow?.nodes.map((node) => node.id) ?? [];
        const [status, outputs] = await post('/api/workflow/execute', `{"workflow_definition":${text},"inputs":${quick}}`);
        expect([status, Object.keys(outputs as object)]).toEqual([200, nodes]);
      }
      expect(Object.keys(gatewayWorkflows())).toEqual(['order-quote']);
      expect((await post('/workflows/order-quote/execute', `{"inputs":${quick}}`))[0]).toBe(200);
    } finally {
      await target.stop();
    }
  });
});

describe('the store', () => {
  test('keeps what a user added over a restart, byte for byte, after the demo workflows', async () => {
    const text = `\ufeff${own}\n`;
    const { item } = await (await openWorkflowStore(folder)).add(text, 'Mine.json');
    expect(item).toMatchObject({ name: 'Mine', shape: 'studio', nodeCount: 1, custom: true });
    const again = await openWorkflowStore(folder);
    expect(again.list().at(-1)).toEqual(item);
    expect(again.list()).toHaveLength(demoWorkflows().length + 1);
    expect(again.get(item?.id ?? '')?.definition).toBe(text);
  });

  test('takes the same text twice as one, and refuses with a sentence what is no workflow', async () => {
    const store = await openWorkflowStore(folder);
    const first = await store.add(own);
    expect(await store.add(own)).toEqual(first);
    expect(await store.add('{"nodes":[{"id":"a"}]}')).toEqual({ message: 'nodes[0].type: This node has no type.' });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('removes what a user added, never a demo workflow', async () => {
    const store = await openWorkflowStore(folder);
    const { item } = await store.add(own);
    expect(await store.remove(item?.id ?? '')).toBe(true);
    expect(await store.remove(item?.id ?? '')).toBe(false);
    expect(await store.remove('price-lookup')).toBe(false);
    expect(await store.remove('../x')).toBe(false);
    expect((await openWorkflowStore(folder)).get(item?.id ?? '')).toBeNull();
  });

  test('names files that it cannot read and goes on', async () => {
    await (await openWorkflowStore(folder)).add(own);
    await writeFile(path.join(folder, 'broken.json'), '{');
    await writeFile(path.join(folder, 'other.json'), '{"id":"elsewhere","text":"x"}');
    const store = await openWorkflowStore(folder);
    expect([...store.unreadable].sort()).toEqual(['broken.json', 'other.json']);
    expect(store.list().filter((w) => w.custom)).toHaveLength(1);
  });
});

/** Stands in for the panel: says that it is ready, shows what it is told, and tells where it is. */
const PANEL = `<!doctype html><title>panel</title><pre></pre><input><button>b</button><script>
addEventListener('message', (event) => {
  document.querySelector('pre').append(JSON.stringify(event.data), '\\n');
  parent.postMessage({ type: 'load-testing:navigate', path: '/plugins/load-testing/runs/3', title: 'Run 3' }, location.origin);
});
parent.postMessage({ type: 'load-testing:ready' }, location.origin);
</script>`;

let server: Server;
let store: WorkflowStore;
let url: string;

async function serve(): Promise<void> {
  store = await openWorkflowStore(folder);
  const routes = hostRoutes(store, hostPage({ targetUrl: 'http://127.0.0.1:9/</script>' }));
  server = createServer(async (req, res) => {
    if (await routes(req, res)) return;
    if (req.url?.startsWith('/plugins/load-testing/')) res.writeHead(200, { 'content-type': 'text/html' }).end(PANEL);
    else res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function unserve(): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

describe('the host over HTTP', () => {
  beforeEach(serve);
  afterEach(unserve);

  const ask = (method: string, at: string, body?: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => fetch(url + at, { method, ...(body === undefined ? {} : { body }), headers });

  test('lists, takes and removes workflows', async () => {
    const added = await ask('POST', '/host/workflows?name=Mine.yaml', own);
    expect(added.status).toBe(201);
    const item = (await added.json()) as { id: string };
    expect(await (await ask('GET', '/host/workflows')).json()).toEqual(store.list());
    expect(store.list().at(-1)).toEqual({ ...item, name: 'Mine', description: '', shape: 'studio', nodeCount: 1, custom: true });
    expect((await ask('DELETE', `/host/workflows/${item.id}`)).status).toBe(204);
    expect((await ask('DELETE', `/host/workflows/${item.id}`)).status).toBe(404);
  });

  test('refuses with a sentence', async () => {
    const message = async (answer: Response) => [answer.status, ((await answer.json()) as { message: string }).message];
    expect(await message(await ask('POST', '/host/workflows', '{}'))).toEqual([422, 'The definition is empty: {} has no nodes.']);
    expect(await message(await ask('POST', '/host/workflows', new Uint8Array([0xff, 0xfe, 0x7b])))).toEqual([422, 'This is not text in UTF-8.']);
    expect(await message(await ask('POST', '/host/workflows', 'x'.repeat(13 * 1024 * 1024)))).toEqual([422, 'The definition has 13.0 MB; at most 10 MB can be read.']);
    expect((await message(await ask('PUT', '/host/workflows/a', own)))[0]).toBe(405);
  });

  test('lets no other site add or remove one', async () => {
    const status = await new Promise((resolve) => {
      const headers = { origin: 'http://elsewhere.example.com', 'content-type': 'text/plain' };
      request(`${url}/host/workflows`, { method: 'POST', headers }, (res) => resolve(res.resume().statusCode)).end(own);
    });
    expect(status).toBe(403);
    expect(store.list().some((w) => w.custom)).toBe(false);
  });

  test('leaves other addresses to others', async () => {
    expect((await ask('GET', '/host/workflowsx')).status).toBe(404);
  });

  test('serves a page in which nothing but its own script can run', async () => {
    const answer = await ask('GET', '/');
    const page = await answer.text();
    expect(answer.headers.get('content-security-policy')).toBe(hostPagePolicy(page));
    expect(page).not.toMatch(/<!--(style|script|settings)-->|^import |^export /m);
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
  });
});

describe.skipIf(chromium === null)('the page in a browser (needs Chromium)', () => {
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    browser = await playwright.launch({ executablePath: chromium ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    await serve();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    errors.splice(0);
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(url);
    await page.getByRole('button', { name: 'Sales report' }).waitFor();
  });
  afterEach(async () => {
    await page.close();
    await unserve();
    expect(errors).toEqual([]);
  });

  const drawer = () => page.locator('#drawer');
  const panel = () => page.frameLocator('#panel');
  const told = async (what: string) => panel().locator('pre').filter({ hasText: what }).waitFor();

  test('opens the panel beside a workflow and tells it what it needs to know', async () => {
    await page.getByRole('button', { name: 'Sales report' }).click();
    await told('"workflow":"sales-report"');
    await told('"theme":"light"');
    await page.getByLabel('Colours').selectOption('dark');
    await told('"theme":"dark"');
    expect(await drawer().getByRole('heading').textContent()).toBe('Sales report');
  });

  test('closes it with Esc, from the page and from inside the panel, and gives the focus back', async () => {
    const open = page.getByRole('button', { name: 'Sales report' });
    for (const inside of [false, true]) {
      await open.click();
      await told('sales-report');
      if (inside) await panel().locator('button').focus();
      await page.keyboard.press('Escape');
      await drawer().waitFor({ state: 'hidden' });
      expect(await open.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    }
  });

  test('does not close it while a field of the panel has the focus', async () => {
    await page.getByRole('button', { name: 'Sales report' }).click();
    await told('sales-report');
    await panel().locator('input').focus();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Close the panel' }).click();
    await drawer().waitFor({ state: 'hidden' });
  });

  test('a reload shows the same page of the same panel', async () => {
    await page.getByRole('button', { name: 'Sales report' }).click();
    await page.waitForURL(/runs%2F3/);
    await page.reload();
    await told('sales-report');
    expect(page.frames()[1]?.url()).toBe(`${url}/plugins/load-testing/runs/3`);
  });

  test('says of a link to a workflow that it does not know that it does not, and leads on', async () => {
    await page.goto('about:blank');
    await page.goto(`${url}/#${new URLSearchParams({ workflow: 'long gone', panel: '/plugins/load-testing/runs/3' })}`);
    const said = page.getByRole('alert').filter({ hasText: /^There is no workflow long gone here\./ });
    await said.waitFor();
    expect(await said.getByRole('link', { name: 'Open what the link led to' }).getAttribute('href')).toBe('/plugins/load-testing/runs/3');
    expect(await drawer().isHidden()).toBe(true);
    await page.getByRole('button', { name: 'Sales report' }).click();
    await told('sales-report');
  });

  test('takes pasted text, says what is wrong with it, and opens what it took', async () => {
    const paste = page.getByLabel('Or paste a definition');
    await paste.fill('{"nodes": [');
    await page.getByRole('button', { name: 'Add workflow' }).click();
    await page.getByText('This is not valid JSON. Line 1, column 12').waitFor();
    await paste.fill(own);
    await paste.press('Control+Enter');
    await drawer().waitFor();
    expect(store.list().at(-1)?.custom).toBe(true);
    expect(await paste.inputValue()).toBe('');
  });

  test('takes dropped files, each with its own sentence when it is none, and removes them again', async () => {
    await page.locator('body').evaluate((body, text) => {
      const view = body.ownerDocument.defaultView as unknown as { DataTransfer: new () => { items: { add(file: object): void } }; File: new (parts: string[], name: string) => object; DragEvent: new (type: string, init: object) => Event };
      const dataTransfer = new view.DataTransfer();
      dataTransfer.items.add(new view.File([text], 'dropped.json'));
      dataTransfer.items.add(new view.File(['[]'], 'list.json'));
      for (const type of ['dragenter', 'dragover', 'drop']) body.dispatchEvent(new view.DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }, own);
    await page.getByText('list.json: This is a list').waitFor();
    const remove = page.getByRole('button', { name: 'Remove dropped' });
    await remove.click();
    await remove.click();
    await remove.waitFor({ state: 'detached' });
    expect(store.list().some((w) => w.custom)).toBe(false);
  });

  test('needs no sideways scrolling on a small screen, where the drawer covers the page', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    const sideways = () => page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth);
    expect(await sideways()).toBe(false);
    await page.getByRole('button', { name: 'Sales report' }).click();
    await drawer().waitFor();
    expect(await sideways()).toBe(false);
    expect(await page.locator('#page').evaluate((element) => element.hasAttribute('inert'))).toBe(true);
  });
});
