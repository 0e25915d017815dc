import { readEmbedded } from '../../src/manifests/embedded.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { ManifestObject } from '../../src/manifests/types.js';

function configMap(data: string): ManifestObject {
  const object = parseManifests([
    {
      name: 'kube-proxy.yaml',
      text: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kube-proxy\n  namespace: kube-system\ndata:\n${data}`,
    },
  ]).objects[0];
  if (object === undefined) throw new Error("the test's own text is broken");
  return object;
}

const path = ['data', 'config.conf'];

describe('a KubeProxyConfiguration in a ConfigMap', () => {
  it('is read from a block scalar, with its places in the outer file', () => {
    const outer = configMap(
      '  config.conf: |-\n\n    apiVersion: kubeproxy.config.k8s.io/v1alpha1\n    kind: KubeProxyConfiguration\n    iptables:\n      masqueradeBit: 14\n    mode: ""\n',
    );
    const inner = readEmbedded(outer, path);
    expect(inner).toMatchObject({
      kind: 'KubeProxyConfiguration',
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      value: { mode: '', iptables: { masqueradeBit: 14 } },
    });
    expect(inner?.locate(['iptables', 'masqueradeBit'])).toEqual({
      start: { line: 12, column: 22 },
      end: { line: 12, column: 24 },
    });
    expect(inner?.scalar(['mode'])).toEqual({ text: '', style: 'quoted' });
    expect(inner?.source).toBe(outer.source);
  });

  it('is placed at the scalar where it is quoted', () => {
    const inner = readEmbedded(
      configMap(
        '  config.conf: "apiVersion: kubeproxy.config.k8s.io/v1alpha1\\nkind: KubeProxyConfiguration\\nmode: ipvs\\n"\n',
      ),
      path,
    );
    expect(inner?.value).toMatchObject({ mode: 'ipvs' });
    expect(inner?.locate(['mode']).start).toEqual({ line: 7, column: 16 });
  });

  it.each([
    ['no text', '  other: x\n'],
    ['no object', '  config.conf: just words\n'],
    ['broken text', '  config.conf: "kind: [X"\n'],
    ['an empty text', '  config.conf: ""\n'],
  ])('is undefined for %s', (_, data) => {
    expect(readEmbedded(configMap(data), path)).toBeUndefined();
  });
});
