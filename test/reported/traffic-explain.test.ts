/**
 * Questions that people asked in public, explained. Their inputs are not part of the project; the correct answers are.
 */
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
    expect(balancer).toContain('Pods reach all endpoints, and the node itself counts as an outside client');
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
      'not used, so this node sends to all endpoints: 10.244.3.5:80 has no hint',
    );
    expect(await at('b.yaml', 'a')).toContain(
      'of 3 ready endpoints, this node sends to 1, which is hinted for its zone eu-1a',
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
      'Rule 12 matches every packet that reaches it, so rules 13 and 14 never match.',
    );
  });

  it('portmap: of two chains for one port the second gets nothing, and the first leads to no Pod', async () => {
    const at = (file: string): string => sharedPath('conformance', 'reported', 'traffic', '17-stale-hostport', file);
    const { out } = await run(['explain', '--quiet', at('node.save'), at('pods.yaml')]);
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain('host port TCP 80 to 10.244.1.17:80: no Pod of the inputs has this address');
    expect(text).toContain(
      'host port TCP 80 to 10.244.1.42:80: gets no packets: rule 3 of CNI-DN-93fd5f42fffe1daf6b01f',
    );
  });

  it('NodeLocal DNS: why no Service rule takes what Pods ask', async () => {
    expect(await explain('10-nodelocal-dns-notrack', 'kube-system/kube-dns', 'node.save')).toContain('(NOTRACK)');
  });

  it('weave: who gives clients of a Local policy the address of the node', async () => {
    for (const dump of ['node.save', 'nocolon.save']) {
      const text = await explain('04-xlb-weave-masq', 'default/web', dump);
      expect(text).toContain("by rule 2 of WEAVE (table nat), which is Weave Net's");
      expect(text).not.toContain("which see the clients' addresses");
    }
  });

  it('firewalld: who keeps Pods from the Service, and whose chains they are', async () => {
    expect(await explain('13-firewalld-reject', 'kube-system/kube-dns', 'node.save')).toContain(
      '10.152.183.10:53: rejected at once, with an ICMP answer ("connection refused"), by rule 12 of FORWARD',
    );
    expect(await explain('13-firewalld-reject', 'FWDI_public', 'node.save')).toContain('Owned by firewalld.');
  });

  it('topology hints: endpoints on nodes that are not given count, too', async () => {
    expect(await explain('32-topology-hints', 'default/nginx', 'a.yaml', '--node', 'a')).toContain(
      'If node c leaves, 2 of 4 endpoints go with it; a and b keep the rest.',
    );
  });

  it('StatefulSet: what its names lack is told with the Service', async () => {
    expect(await explain('34-sts-servicename', 'coze/coze-mysql', 'a.yaml')).toContain(
      'There is no Service "release-mysql" in namespace "coze"',
    );
  });

  it('an endpoint that is a cluster IP: a problem of the port, from manifests and from rules', async () => {
    for (const input of ['a.yaml', 'node.save'])
      expect(await explain('41-endpoint-is-cluster-ip', 'default/custom-service', input)).toContain(
        'The endpoint 10.97.3.4:80 is the cluster IP of default/aux',
      );
  });

  it('portmap: a host port of 0.0.0.0 gets nothing', async () => {
    const node = sharedPath('conformance', 'reported', 'traffic', '01-portmap-zero-dst', 'node.save');
    expect((await run(['explain', '--quiet', node])).out).toContain('none has the destination 0.0.0.0');
  });

  it('old rules: what is marked to be dropped and passed on', async () => {
    expect(await explain('18-metallb-xlb-from-node', 'ingress/nginx', 'full.save')).toContain(
      'From a client outside the cluster to load balancer 192.0.2.200:80: it is marked for dropping, but',
    );
  });
});

describeWithSharedData('reported', () => {
  const lint = async (folder: string, file: string): Promise<string[]> => {
    const input = sharedPath('conformance', 'reported', 'traffic', folder, file);
    const { out } = await run(['lint', '--no-settings', '--format', 'json', input]);
    const { findings } = JSON.parse(out) as { findings: { rule: string; severity: string; line: number }[] };
    return findings.map(({ rule, severity, line }) => `${severity} ${rule} ${line}`);
  };

  it.each([
    ['27-named-targetport', 'a.yaml', ['error service/target-port-missing 6']],
    ['34-sts-servicename', 'a.yaml', ['warning workload/governing-service 13']],
    ['34-sts-servicename', 'b.yaml', ['info workload/governing-service 13']],
    ['34-sts-servicename', 'c.yaml', []],
    ['40-placeholder-port', 'a.yaml', ['info yaml/placeholder 3']],
    ['40-placeholder-port', 'tpl.yaml', []],
    ['41-endpoint-is-cluster-ip', 'a.yaml', ['warning endpoints/virtual-address 9']],
    ['52-headless-no-ports', 'a.yaml', []],
  ])('lint of %s/%s', async (folder, file, findings) => {
    expect(await lint(folder, file)).toEqual(findings);
  });

  it('templates of OpenShift are told to be filled in first', async () => {
    const input = sharedPath('conformance', 'reported', 'traffic', '40-placeholder-port', 'tpl.yaml');
    const { out, err } = await run(['lint', '--no-settings', '--verbose', input]);
    expect(`${out}${err}`).toContain('oc process --local -f FILE -o yaml');
  });
});
