import { validateObjects } from '../../src/manifests/validate.js';
import { manifestObject } from '../support/objects.js';
import type { JsonObject } from '../../src/manifests/types.js';

const service = (metadata: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: { ports: [{ port: 80 }] },
});
const slice = (metadata: JsonObject): JsonObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata,
  addressType: 'IPv4',
  endpoints: [],
});
const configuration = (fields: JsonObject): JsonObject => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  ...fields,
});

const pathsOf = async (value: JsonObject): Promise<string[]> =>
  (await validateObjects([manifestObject(value)], { minor: 36 })).map(
    (finding) => `${finding.rule} ${(finding.path ?? []).join('.')}`,
  );

describe('names of objects', () => {
  it.each(['x y', 'A', 'a.b', '-a', 'a\n-A INPUT -j ACCEPT', 'a'.repeat(64)])(
    'no namespace is called %j',
    async (namespace) => {
      expect(await pathsOf(service({ name: 'a', namespace }))).toEqual(['schema/invalid metadata.namespace']);
    },
  );

  it.each(['a b', 'A', 'a..b', '.a', 'a'.repeat(254)])('no slice is called %j', async (name) => {
    expect(await pathsOf(slice({ name }))).toEqual(['schema/invalid metadata.name']);
  });

  it('names may have dots, and namespaces may be left out', async () => {
    expect(await pathsOf(slice({ name: 'web.example-1', namespace: '' }))).toEqual([]);
  });
});

describe('annotations', () => {
  const annotated = (annotations: JsonObject): JsonObject => service({ name: 'a', annotations });

  it.each(['a b', '-a', 'a/', '/a', 'a/b/c', 'a\n-A INPUT -j ACCEPT', 'a'.repeat(64), `${'a'.repeat(254)}/b`])(
    'have no key %j',
    async (key) => {
      expect(await pathsOf(annotated({ [key]: '' }))).toEqual([`schema/invalid metadata.annotations.${key}`]);
    },
  );

  it('hold any text, up to 256 KiB in all', async () => {
    const key = 'Example.com/Some_note.1';
    expect(await pathsOf(annotated({ [key]: '"\n-j ACCEPT \u202e', a: 'ä'.repeat(1000) }))).toEqual([]);
    expect(await pathsOf(annotated({ [key]: 'a'.repeat(262144 - key.length) }))).toEqual([]);
    expect(await pathsOf(annotated({ [key]: 'a'.repeat(262145 - key.length) }))).toEqual([
      'schema/invalid metadata.annotations',
    ]);
  });
});

describe('values of a KubeProxyConfiguration', () => {
  it.each<[JsonObject, string]>([
    [{ clusterCIDR: 'everything' }, 'clusterCIDR'],
    [{ clusterCIDR: '10.0.0.0/8,10.1.0.0/16' }, 'clusterCIDR'],
    [{ clusterCIDR: '10.244.0.0/16, fd00::/48' }, 'clusterCIDR'],
    [{ nodePortAddresses: ['192.168.0.0/24', 'primary'] }, 'nodePortAddresses.1'],
    [{ ipvs: { excludeCIDRs: ['10.0.0.1'] } }, 'ipvs.excludeCIDRs.0'],
    [{ detectLocal: { bridgeInterface: 'x -j ACCEPT' } }, 'detectLocal.bridgeInterface'],
    [{ detectLocal: { interfaceNamePrefix: 'a-very-long-interface' } }, 'detectLocal.interfaceNamePrefix'],
    [{ detectLocalMode: 'BridgeInterface' }, 'detectLocalMode'],
  ])('%j keeps kube-proxy from starting', async (fields, path) => {
    expect(await pathsOf(configuration(fields))).toEqual([`schema/invalid ${path}`]);
  });

  it.each<JsonObject>([
    { clusterCIDR: '10.244.7.7/16,fd00::/48', nodePortAddresses: ['192.168.0.0/24'], ipvs: { excludeCIDRs: [] } },
    {
      nodePortAddresses: ['primary'],
      detectLocalMode: 'InterfaceNamePrefix',
      detectLocal: { interfaceNamePrefix: 'cali' },
    },
  ])('%j is fine', async (fields) => {
    expect(await pathsOf(configuration(fields))).toEqual([]);
  });
});
