/** Questions that people asked in public, explained. Their inputs are not part of the project; the right answers are. */
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { run } from '../support/run.js';

const explain = async (folder: string, target: string, file: string, ...words: string[]): Promise<string> => {
  const input = sharedPath('conformance', 'reported', 'traffic', folder, file);
  return (await run(['explain', '--quiet', ...words, target, input])).out.replace(/\s+/g, ' ');
};

describeWithSharedData('reported', () => {
  it('old kube-proxies: a colon behind unnamed ports, and nobody who knows the node itself', async () => {
    const text = await explain('04-xlb-weave-masq', 'default/web', 'node.save');
    expect(text).toContain('cluster IP 10.99.1.1:80');
    expect(text).not.toContain('the node itself reaches all endpoints');
    const balancer = await explain('18-metallb-xlb-from-node', 'ingress/nginx', 'full.save');
    expect(balancer).toContain('Pods reach all endpoints, and the node itself is treated like a client outside');
  });

  it('a targetPort by name names the workload that lacks it', async () => {
    expect(await explain('27-named-targetport', 'test/svc', 'a.yaml')).toContain(
      'no container port of Deployment test/deploy has that name',
    );
  });

  it('topology hints: in force, void, or the node has no zone', async () => {
    const at = (file: string, node: string): Promise<string> =>
      explain('32-topology-hints', 'default/nginx', file, '--node', node);
    expect(await at('a.yaml', 'a')).toContain(
      'not in force, so that this node sends to all endpoints: 10.244.3.5:80 has no hint',
    );
    expect(await at('b.yaml', 'a')).toContain(
      'of 3 ready endpoints this node sends to 1, which is hinted for its zone eu-1a',
    );
    expect(await at('b.yaml', 'b')).toContain('node b has no label topology.kubernetes.io/zone');
  });

  it('a headless Service without ports has its planned Pods', async () => {
    expect(await explain('52-headless-no-ports', 'default/gossip', 'a.yaml')).not.toContain('none was planned');
  });

  it('weave: Pods are none of the clients outside, and manifests without slices say nothing of endpoints', async () => {
    const text = await explain('04-xlb-weave-masq', 'default/web', 'node.save');
    expect(text).toContain('From a Pod (a source in 10.32.0.0/12) to cluster IP 10.99.1.1:80');
    const beside = sharedPath('conformance', 'reported', 'traffic', '04-xlb-weave-masq', 'svc.yaml');
    expect(await explain('04-xlb-weave-masq', 'default/web', 'node.save', beside)).not.toContain('no EndpointSlice');
  });

  it('firewalld: rules behind the one that refuses everything', async () => {
    expect(await explain('13-firewalld-reject', 'filter:FORWARD', 'node.save')).toContain(
      'Rule 12 takes every packet that gets to it, so that rules 13 and 14 never match.',
    );
  });

  it('portmap: of two chains for one port the second gets nothing, and the first leads to no Pod', async () => {
    const at = (file: string): string => sharedPath('conformance', 'reported', 'traffic', '17-stale-hostport', file);
    const { out } = await run(['explain', '--quiet', at('node.save'), at('pods.yaml')]);
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain('host port TCP 80 to 10.244.1.17:80: no Pod that was given has this address');
    expect(text).toContain('host port TCP 80 to 10.244.1.42:80: gets nothing: rule 3 of CNI-DN-93fd5f42fffe1daf6b01f');
  });

  it('NodeLocal DNS: why no Service rule takes what Pods ask', async () => {
    expect(await explain('10-nodelocal-dns-notrack', 'kube-system/kube-dns', 'node.save')).toContain('(NOTRACK)');
  });
});
