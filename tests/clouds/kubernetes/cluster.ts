/**
 * A real Kubernetes on loopback, without nodes: etcd, the API server with its own rules (TLS, RBAC, validation) and the
 * controllers that Jobs need. What a test sees of Jobs, finalizers, deadlines and refusals is Kubernetes itself; who runs
 * pods is `node.ts`.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CoreV1Api, Health, KubeConfig } from '@kubernetes/client-node';
import { certificate, openssl } from '../../helpers/certificate.ts';
import { freePort } from '../../helpers/free-port.ts';
import { until } from '../../helpers/until.ts';
import { binaries, built } from './binaries.ts';
import { canMakeNamespaces } from './container.ts';
import { startProgram } from './program.ts';

/** Why there can be no cluster here; null when there can. Tests that need one are skipped, with it in their name. */
export const missing = !built() ? 'it is not built (npm run test:kubernetes)' : !openssl ? 'openssl is needed' : !canMakeNamespaces() ? 'unshare is needed, and the right to make namespaces' : null;

export interface Cluster extends AsyncDisposable {
  /** Of somebody who may do everything. */
  readonly kubeconfig: string;
  /** A certificate that the API server trusts, for 127.0.0.1. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** A new namespace in which pods can be made. @returns its name */
  namespace(): Promise<string>;
}

const CONTROLLERS = ['job-controller', 'ttl-after-finished-controller', 'garbage-collector-controller', 'serviceaccount-controller', 'namespace-controller', 'resourcequota-controller'];

export async function startCluster(): Promise<Cluster> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'kubernetes-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string) => path.join(folder, name);

  const tls = await certificate('127.0.0.1'); // signed by itself: who trusts it needs no other
  opened.defer(() => rm(path.dirname(tls.file), { recursive: true, force: true }));
  const accounts = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  const token = randomUUID();
  const [etcdPort, peerPort, port] = await Promise.all([freePort(), freePort(), freePort()]);
  const kubeconfig = kubeconfigFor({ server: `https://127.0.0.1:${port}`, certificate: tls.cert, token });
  await mkdir(at('etcd'), { mode: 0o700 });
  const files = { 'tls.key': tls.key, 'accounts.key': accounts.privateKey, 'accounts.pub': accounts.publicKey, tokens: `${token},admin,admin,system:masters\n`, kubeconfig };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(at(name), text, { mode: 0o600 })));

  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  // Nothing that it holds outlives the test: no need to wait for the disk.
  const etcd = opened.use(startProgram(binaries.etcd, [
    '--data-dir', at('etcd'), '--unsafe-no-fsync', '--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl,
    '--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl, '--initial-cluster', `default=${peerUrl}`,
  ], folder));
  const apiServer = opened.use(startProgram(binaries.apiServer, [
    `--etcd-servers=${etcdUrl}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${port}`, '--endpoint-reconciler-type=none', '--service-cluster-ip-range=10.0.0.0/24',
    `--tls-cert-file=${tls.file}`, `--tls-private-key-file=${at('tls.key')}`, `--kubelet-certificate-authority=${tls.file}`, `--token-auth-file=${at('tokens')}`, '--authorization-mode=RBAC',
    '--service-account-issuer=https://127.0.0.1', `--service-account-key-file=${at('accounts.pub')}`, `--service-account-signing-key-file=${at('accounts.key')}`,
  ], folder));
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const health = new Health(config);
  await until('the API server is ready', async () => {
    await Promise.all([etcd, apiServer].map((program) => program.expectAlive()));
    return health.readyz({}).catch(() => false);
  }, 60_000);
  opened.use(startProgram(binaries.controllerManager, [
    `--kubeconfig=${at('kubeconfig')}`, `--controllers=${CONTROLLERS.join()}`, '--leader-elect=false', '--secure-port=0', `--service-account-private-key-file=${at('accounts.key')}`, `--root-ca-file=${tls.file}`,
  ], folder));

  const core = config.makeApiClient(CoreV1Api);
  const closing = opened.move();
  return {
    kubeconfig,
    tls,
    async namespace() {
      const { metadata } = await core.createNamespace({ body: { metadata: { generateName: 'test-' } } });
      const name = metadata?.name ?? '';
      // Pods are refused before it is there.
      await until('the namespace has its service account', () => core.readNamespacedServiceAccount({ name: 'default', namespace: name }).catch(() => null));
      return name;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

export interface Access {
  readonly server: string;
  /** Of the server, as PEM. */
  readonly certificate: string;
  readonly token: string;
  readonly namespace?: string;
}

export function kubeconfigFor({ server, certificate, token, namespace = 'default' }: Access): string {
  const named = { name: 'test' };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': named.name,
    contexts: [{ ...named, context: { cluster: named.name, user: named.name, namespace } }],
    clusters: [{ ...named, cluster: { server, 'certificate-authority-data': Buffer.from(certificate).toString('base64') } }],
    users: [{ ...named, user: { token } }],
  });
}
