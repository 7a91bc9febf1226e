/**
 * A real Kubernetes for tests: etcd, kube-apiserver and kube-controller-manager, built once from Go modules into
 * `.load-testing/kubernetes/<hash of what is asked for>/`. Nothing of it is part of the product.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { runToEnd } from '../../../server/process/run-to-end.ts';

/** Each folder holds a go.mod and a go.sum that name every module by version and hash. */
const source = path.join(import.meta.dirname, 'binaries');
const cache = path.resolve(import.meta.dirname, '../../../.load-testing/kubernetes');

const lockFiles = ['kubernetes/go.mod', 'kubernetes/go.sum', 'etcd/go.mod', 'etcd/go.sum'].map((file) => readFileSync(path.join(source, file), 'utf8'));
const folder = path.join(cache, createHash('sha256').update(lockFiles.join('\0')).digest('hex').slice(0, 16));

export const binaries = { etcd: path.join(folder, 'etcd'), apiServer: path.join(folder, 'kube-apiserver'), controllerManager: path.join(folder, 'kube-controller-manager') };

export const built = (): boolean => Object.values(binaries).every((file) => existsSync(file));

/** @returns null when they are there, else a sentence why not. @param report called when there is something to do, which takes minutes */
export async function build(report: (line: string) => void): Promise<string | null> {
  if (built()) return null;
  const go = await run('.', ['version']);
  if (go.code !== 0) return 'Go is needed to build it (https://go.dev/dl), and no go was found on PATH.';
  const version = /k8s\.io\/kubernetes v(\S+)/.exec(lockFiles[0] ?? '')?.[1] ?? '';
  report(`Kubernetes ${version} is built from its source into ${folder} (once, about eight minutes)`);

  await mkdir(cache, { recursive: true });
  // Beside its place, so that half of it is never taken for the whole.
  const partial = await mkdtemp(path.join(cache, 'building-'));
  try {
    const [major, minor] = version.split('.');
    const stamp = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
    const flags = ['-s', '-w', ...Object.entries(stamp).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)].join(' ');
    for (const [module, args] of [
      ['etcd', ['-ldflags', '-s -w', '-o', path.join(partial, 'etcd'), 'go.etcd.io/etcd/server/v3']],
      ['kubernetes', ['-ldflags', flags, '-o', `${partial}/`, 'k8s.io/kubernetes/cmd/kube-apiserver', 'k8s.io/kubernetes/cmd/kube-controller-manager']],
    ] as const) {
      const { code, stderr, failure } = await run(module, ['build', '-trimpath', ...args]);
      if (code !== 0) return `go build of ${module} failed (${failure ?? `exit code ${code}`}): ${stderr.trim().split('\n').at(-1)?.slice(0, 300)}`;
    }
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    return null;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

const HALF_AN_HOUR = 1_800_000;

/** Go's proxy, caches and certificates are configured in the environment of whoever runs the tests. */
function run(module: string, args: readonly string[]) {
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return runToEnd({ file: 'go', args, cwd: path.join(source, module), env, timeoutMs: HALF_AN_HOUR });
}
