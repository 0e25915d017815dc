import { lintText, stream } from '../../../support/lint.js';
import { messagesOfRule, placesOfRule, workload } from '../../../support/lint-set.js';

describe('workload/host-port-conflict', () => {
  const places = (...texts: string[]): Promise<string[]> =>
    placesOfRule('workload/host-port-conflict', stream(...texts));
  const claim = (name: string, port: string, more: Parameters<typeof workload>[0] = {}): string =>
    workload({ name, labels: `{app: ${name}}`, ports: `[{containerPort: 80, ${port}}]`, ...more });
  const daemon = { kind: 'DaemonSet' } as const;

  it.each(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'])(
    'reports several replicas of a %s',
    async (kind) => {
      expect(await places(claim('a', 'hostPort: 80', { kind, spec: 'replicas: 2' }))).toEqual(['4']);
    },
  );

  it('reports several Pods of a Job at a time', async () => {
    expect(await places(claim('a', 'hostPort: 80', { kind: 'Job', spec: 'parallelism: 3' }))).toEqual(['4']);
  });

  it('accepts one replica, none, and a DaemonSet', async () => {
    expect(await places(claim('a', 'hostPort: 80'))).toEqual([]);
    expect(await places(claim('a', 'hostPort: 80', { spec: 'replicas: 0' }))).toEqual([]);
    expect(await places(claim('a', 'hostPort: 80', daemon))).toEqual([]);
    expect(await places(claim('a', 'hostPort: 0', { spec: 'replicas: 3' }))).toEqual([]);
  });

  it('reports the later of two workloads, of any kind and namespace', async () => {
    expect(
      await places(claim('a', 'hostPort: 80', daemon), claim('b', 'hostPort: 80', { ...daemon, namespace: 'other' })),
    ).toEqual(['9']);
    expect(
      await places(claim('a', 'hostPort: 80'), claim('b', 'hostPort: 80, hostIP: 192.0.2.1', { kind: 'Pod' })),
    ).toEqual(['9']);
    expect(await places(claim('a', 'hostPort: 80'), claim('b', 'hostPort: 80', { spec: 'replicas: 3' }))).toEqual([
      '9',
    ]);
    expect(
      (
        await messagesOfRule(
          'workload/host-port-conflict',
          stream(claim('a', 'hostPort: 80', daemon), claim('b', 'hostPort: 80', daemon)),
        )
      )[0],
    ).toContain('claimed by DaemonSet shop/a');
  });

  it("counts the ports of Pods on the host's network", async () => {
    expect(await places(claim('a', 'protocol: TCP', { pod: 'hostNetwork: true', spec: 'replicas: 2' }))).toEqual(['4']);
    expect(
      await places(
        claim('a', 'protocol: TCP', { ...daemon, pod: 'hostNetwork: true' }),
        claim('b', 'hostPort: 80', daemon),
      ),
    ).toEqual(['9']);
  });

  it('accepts another port, protocol or address, other nodes, and a second definition', async () => {
    const first = claim('a', 'hostPort: 80, hostIP: 192.0.2.1', daemon);
    expect(await places(first, claim('b', 'hostPort: 81', daemon))).toEqual([]);
    expect(await places(first, claim('b', 'hostPort: 80, protocol: UDP', daemon))).toEqual([]);
    expect(await places(first, claim('b', 'hostPort: 80, hostIP: 192.0.2.2', daemon))).toEqual([]);
    expect(
      await places(
        claim('a', 'hostPort: 80', { ...daemon, pod: 'nodeSelector: {kubernetes.io/os: linux}' }),
        claim('b', 'hostPort: 80', { ...daemon, pod: 'nodeSelector: {kubernetes.io/os: windows}' }),
      ),
    ).toEqual([]);
    expect(
      await places(
        claim('a', 'hostPort: 80', { kind: 'Pod', pod: 'nodeName: n1' }),
        claim('b', 'hostPort: 80', { kind: 'Pod', pod: 'nodeName: n2' }),
      ),
    ).toEqual([]);
    expect(await places(first, first)).toEqual([]);
    expect(await places(claim('a', 'hostPort: 80', { spec: 'replicas: 0' }), claim('b', 'hostPort: 80'))).toEqual([]);
  });

  it('accepts Pods of a DaemonSet that is not in the set', async () => {
    const owned = (name: string): string =>
      claim(name, 'hostPort: 80', { kind: 'Pod' }).replace(
        'namespace: shop',
        'namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: a, controller: true}]',
      );
    expect(await places(owned('agent-a'), owned('agent-b'))).toEqual([]);
  });

  it('accepts static Pods of several nodes', async () => {
    const staticPod = (node: string): string =>
      claim(`etcd-${node}`, 'hostPort: 2379', {
        kind: 'Pod',
        namespace: 'kube-system',
        pod: `nodeName: ${node}, hostNetwork: true`,
      })
        .replace('80, hostPort', '2379, hostPort')
        .replace(
          'namespace: kube-system',
          `namespace: kube-system, ownerReferences: [{apiVersion: v1, kind: Node, name: ${node}, uid: a, controller: true}]`,
        );
    expect(await places(staticPod('n1'), staticPod('n2'))).toEqual([]);
  });
});

describe('workload/probe-port-missing', () => {
  const rule = 'workload/probe-port-missing';
  const places = (container: string, ports?: string, more: Parameters<typeof workload>[0] = {}): Promise<string[]> =>
    placesOfRule(rule, workload({ container, ...(ports === undefined ? {} : { ports }), ...more }));

  it.each([
    'readinessProbe: {httpGet: {port: web}}',
    'livenessProbe: {tcpSocket: {port: web}}',
    'startupProbe: {httpGet: {path: /, port: main}}',
  ])('reports %s', async (container) => {
    expect(await places(container)).toEqual(['4']);
    expect(await places(container, '[]', { kind: 'CronJob' })).toEqual(['4']);
  });

  it('reports each probe, and a name that another container declares', async () => {
    expect(await places('readinessProbe: {httpGet: {port: a}}, livenessProbe: {httpGet: {port: b}}')).toEqual([
      '4',
      '4',
    ]);
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: one, image: x, ports: [{name: http, containerPort: 1}]}\n  - name: two\n    image: x\n    readinessProbe:\n      tcpSocket:\n        port: http\n';
    expect(await placesOfRule(rule, pod)).toEqual(['11']);
    expect((await messagesOfRule(rule, pod))[0]).toContain('a port of container "one"');
  });

  it('accepts declared names of any protocol, numbers, and probes without a port', async () => {
    expect(await places('readinessProbe: {httpGet: {port: http}}')).toEqual([]);
    expect(
      await places('livenessProbe: {tcpSocket: {port: dns}}', '[{name: dns, containerPort: 53, protocol: UDP}]'),
    ).toEqual([]);
    expect(await places('livenessProbe: {httpGet: {port: 9999}}')).toEqual([]);
    expect(await places('livenessProbe: {exec: {command: [web]}}')).toEqual([]);
    expect(await places('livenessProbe: {grpc: {port: 9090, service: web}}')).toEqual([]);
  });

  it('leaves a misspelt name of the port to schema/unknown-field', async () => {
    expect(await places('readinessProbe: {httpGet: {port: web}}', '[{nmae: web, containerPort: 1}]')).toEqual([]);
  });

  it('takes a number out of its quotes', async () => {
    const text = workload({ container: 'readinessProbe: {httpGet: {port: "8080"}}' });
    const [finding] = (await lintText(text)).filter((found) => found.rule === rule);
    const [edit] = finding?.fix?.edits ?? [];
    expect(
      edit === undefined ? undefined : text.slice(0, edit.startOffset) + edit.text + text.slice(edit.endOffset),
    ).toBe(text.replace('"8080"', '8080'));
  });
});
