/** What goes into an image of a shard, without an engine that builds it: the same files, and the packages that are installed there. */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameworks } from '../../templates/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'image-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Paths that a COPY takes out of the project, by what it is copied to. */
function copied(dockerfile: string): [from: string[], to: string][] {
  return [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].map(([, words = '']) => {
    const all = words.split(' ');
    return [all.slice(0, -1), all.at(-1) ?? ''];
  });
}

/** Packages of the lock file that `npm ci --omit=dev --omit=optional --omit=peer` installs. */
async function installed(): Promise<string[]> {
  const { packages } = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { dev?: true; optional?: true; devOptional?: true; peer?: true }> };
  return Object.entries(packages).flatMap(([name, { dev, optional, devOptional, peer }]) => (name === '' || dev || optional || devOptional || peer ? [] : [name]));
}

describe.each(frameworks.map(({ key, tool }) => ({ key, tool })))('the image with $key', ({ key, tool }) => {
  const read = () => readFile(path.join(root, 'templates', key, 'tool/Dockerfile'), 'utf8');

  test('is of files that are there and not left out, runs as nobody in particular, and says where its tool is', async () => {
    const dockerfile = await read();
    for (const [from] of copied(dockerfile)) for (const file of from) expect(existsSync(path.join(root, file)), file).toBe(true);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(dockerfile).toContain(`${tool.pathVariable}=`);
    expect(dockerfile.trimEnd().endsWith('ENTRYPOINT ["node", "plugin/shard.ts"]')).toBe(true);
    const { engines } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
    expect(/^ARG NODE_IMAGE=node:(\d+)/m.exec(dockerfile)?.[1]).toBe(/\d+/.exec(engines.node)?.[0]);
  });

  test('holds all that a shard loads: it starts, and asks for its task', async () => {
    const app = path.join(folder, key);
    const ignored = (await readFile(path.join(root, '.dockerignore'), 'utf8')).split('\n').filter((line) => /^[a-z]/.test(line));
    const isIgnored = (file: string) => ignored.some((pattern) => new RegExp(`^${pattern.replaceAll('*', '[^/]*')}(/|$)`).test(path.relative(root, file)));
    for (const [from, to] of copied(await read()).filter(([, target]) => !target.startsWith('/opt')))
      for (const file of from) {
        if (/\/tool\//.test(file)) continue;
        await cp(path.join(root, file), path.join(app, to === './' ? file : to), { recursive: true, filter: (each) => !isIgnored(each) });
      }
    for (const name of await installed()) {
      if (name.includes('/node_modules/')) continue;
      await mkdir(path.dirname(path.join(app, name)), { recursive: true });
      await symlink(path.join(root, name), path.join(app, name));
    }
    const shard = (env: Record<string, string>) => spawnSync(process.execPath, ['plugin/shard.ts'], { cwd: app, env, encoding: 'utf8' });
    expect(shard({ LOAD_TEST_SHARD_INDEX: '0' })).toMatchObject({ status: 1, stdout: '', stderr: 'LOAD_TEST_TASK: must be what the server gives a shard to do; or LOAD_TEST_TASK_FILE, a file that holds it\n' });
    expect(shard({ LOAD_TEST_TASK: 'x' })).toMatchObject({ status: 1, stderr: 'LOAD_TEST_SHARD_INDEX: must be the number of this shard, from 0\n' });
    expect(shard({ LOAD_TEST_TASK: 'x', CLOUD_RUN_TASK_INDEX: '3' })).toMatchObject({ status: 1, stderr: 'The task of this shard cannot be read: it was cut on its way, or is of another version.\n' });
  });
});
