/** Notes for users on how inputs were read, besides the rules. */
import { completeText } from '../support/generate.js';

const node = (name: string): string =>
  `{apiVersion: v1, kind: Node, metadata: {name: ${name}}, spec: {podCIDR: 10.244.1.0/24}}\n---\n`;
const configuration = (fields: string): string =>
  `{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, ${fields}}\n---\n`;

describe('notes', () => {
  it('say that a node is not among those given', async () => {
    const nodes = ['a', 'b', 'c', 'd'].map(node).join('');
    const text = nodes + configuration('clusterCIDR: 10.244.0.0/16');
    expect((await completeText(text, { node: 'e' })).notes).toEqual([
      'node "e" is not among the Nodes of the inputs (a, b, c, …), so its addresses, podCIDR and zone are unknown',
    ]);
    expect((await completeText(text, { node: 'd' })).notes).toEqual([]);
  });

  it('say nothing of a node where none are given: it is made up by that name', async () => {
    expect((await completeText(configuration('clusterCIDR: 10.244.0.0/16'), { node: 'e' })).notes).toEqual([]);
  });

  it('say what is defined twice, in one namespace and kind', async () => {
    const service = (name: string, namespace = 'default'): string =>
      `{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: ${namespace}}, spec: {ports: [{port: 80}]}}\n---\n`;
    const fine = configuration('clusterCIDR: 10.244.0.0/16') + service('a') + service('a', 'shop') + service('b');
    expect((await completeText(fine)).notes).toEqual([]);
    const twice = fine + service('a').replace(', namespace: default', '');
    expect((await completeText(twice)).notes).toEqual([
      'Service "a" is defined at test.yaml:3 and again at test.yaml:9; the last definition is used',
    ]);
    expect((await completeText(twice + service('b'))).notes[0]).toContain(
      'test.yaml:9, and so is 1 more (kubechains lint names it); the last',
    );
  });

  it('say which fields of a configuration kube-proxy ignores', async () => {
    const [note, ...others] = (
      await completeText(configuration('clusterCIDR: 10.244.0.0/16, iptables: {masqueradAll: true}'))
    ).notes;
    expect(note).toMatch(
      /^test\.yaml:1:\d+: There is no field "masqueradAll" in iptables: kube-proxy warns and ignores it; did you mean masqueradeAll\?$/,
    );
    expect(others).toEqual([]);
  });

  it.each([
    ['{}', 1],
    ['detectLocalMode: ClusterCIDR', 1],
    ['detectLocalMode: NodeCIDR', 0],
    ['iptables: {masqueradeAll: true}', 0],
  ])('say where nothing tells Pods from others: %s', async (fields, count) => {
    const { notes } = await completeText(configuration(fields === '{}' ? 'mode: ""' : fields));
    expect(notes.filter((note) => note.includes('is not masqueraded'))).toHaveLength(count);
  });
});
