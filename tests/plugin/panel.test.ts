/** The panel, built by whoever starts first on sources that were never built. */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { preparePanel } from '../../plugin/panel.ts';
import { searchPath } from '../helpers/places.ts';

/** A rename does not leave its file system. */
const KIT = path.join(import.meta.dirname, '../../ui/.svelte-kit');

test('two servers that are started at once each find a whole panel, and leave nothing else', { timeout: 240_000 }, async () => {
  await mkdir(KIT, { recursive: true });
  const around = await mkdtemp(path.join(KIT, 'test-'));
  const folder = path.join(around, 'build');
  const others = (await readdir(KIT)).filter((name) => name.startsWith('build-'));
  try {
    const said: string[] = [];
    const prepared = () => preparePanel({ PATH: searchPath }, (line) => said.push(line), folder);
    expect(await Promise.all([prepared(), prepared()])).toEqual([null, null]);
    expect(said).toHaveLength(2);
    const page = await readFile(path.join(folder, '200.html'), 'utf8');
    const scripts = [...page.matchAll(/"\/plugins\/load-testing\/(_app\/[^"]+\.js)"/g)].map(([, file]) => file ?? '');
    expect(scripts.length).toBeGreaterThan(0);
    for (const file of scripts) await readFile(path.join(folder, file));
    // It is built: nobody builds it again.
    expect([await prepared(), said.length]).toEqual([null, 2]);
    expect((await readdir(KIT)).filter((name) => name.startsWith('build-'))).toEqual(others);
  } finally {
    await rm(around, { recursive: true, force: true });
  }
});
