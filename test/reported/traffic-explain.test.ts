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
});
