import { faultsIn, serviceText, stream } from '../../../support/lint.js';

const service = (ports: string, rest = 'type: NodePort', name = 'web', namespace = 'shop'): string =>
  serviceText(`${rest}\nselector: {app: web}\nports:\n${ports}`, name, namespace);

describe('node ports', () => {
  it('lie within the range, both ends included; zero says nothing', async () => {
    expect(
      await faultsIn(
        service(
          '- {name: a, port: 1, nodePort: 30000}\n- {name: b, port: 2, nodePort: 32767}\n- {name: c, port: 3, nodePort: 0}',
        ),
      ),
    ).toEqual([]);
    expect(
      await faultsIn(service('- {name: a, port: 1, nodePort: 29999}\n- {name: b, port: 2, nodePort: 32768}')),
    ).toEqual(['api/node-port-range@9', 'api/node-port-range@10']);
    expect(
      await faultsIn(service('- {name: a, port: 1, nodePort: 80}'), ['--service-node-port-range', '1-100']),
    ).toEqual([]);
  });

  it('are refused once where they are no port at all', async () => {
    expect(await faultsIn(service('- {name: a, port: 1, nodePort: 70000}'))).toEqual(['api/node-port-range@9']);
    expect(await faultsIn(service('- {name: a, port: 1, nodePort: -1}'))).toEqual(['api/node-port-range@9']);
  });

  it('do not go with type ClusterIP, and nothing more is said of them', async () => {
    expect(
      await faultsIn(
        service('- {name: a, port: 1, nodePort: 80}\n- {name: b, port: 2, nodePort: 80}', 'sessionAffinity: None'),
      ),
    ).toEqual(['api/node-port-type@9', 'api/node-port-type@10']);
    expect(await faultsIn(service('- {name: a, port: 1, nodePort: 0}', 'type: ClusterIP'))).toEqual([]);
    expect(await faultsIn(service('- {name: a, port: 1, nodePort: 30000}', 'type: LoadBalancer'))).toEqual([]);
  });

  it('may serve two protocols of one Service', async () => {
    expect(
      await faultsIn(
        service('- {name: a, port: 53, nodePort: 30053}\n- {name: b, port: 53, protocol: UDP, nodePort: 30053}'),
      ),
    ).toEqual([]);
    expect(
      await faultsIn(
        service('- {name: a, port: 53, nodePort: 30053}\n- {name: b, port: 54, protocol: TCP, nodePort: 30053}'),
      ),
    ).toEqual(['api/node-port-duplicate@10']);
  });

  it('belong to one Service, whatever protocol and namespace', async () => {
    const first = service('- {name: a, port: 53, nodePort: 30053}');
    const udp = service(
      '- {name: a, port: 53, protocol: UDP, nodePort: 30053}',
      'type: LoadBalancer',
      'other',
      'elsewhere',
    );
    expect(await faultsIn(stream(first, udp))).toEqual(['api/node-port-conflict@19']);
    expect(
      await faultsIn(stream(first, udp, service('- {name: a, port: 5, nodePort: 30053}', 'type: NodePort', 'third'))),
    ).toEqual(['api/node-port-conflict@19', 'api/node-port-conflict@29']);
  });

  it('are shared by two definitions of one Service', async () => {
    const text = service('- {name: a, port: 53, nodePort: 30053}');
    expect(await faultsIn(stream(text, text))).toEqual(['api/duplicate-object@13']);
  });
});

describe('healthCheckNodePort', () => {
  const balancer = (policy: string, port: number, name = 'web'): string =>
    service('- {port: 80}', `type: LoadBalancer\nexternalTrafficPolicy: ${policy}\nhealthCheckNodePort: ${port}`, name);

  it('wants type LoadBalancer and policy Local', async () => {
    expect(await faultsIn(balancer('Local', 31500))).toEqual([]);
    expect(await faultsIn(balancer('Cluster', 31500))).toEqual(['api/health-check-node-port@8']);
    expect(await faultsIn(balancer('Cluster', 0))).toEqual([]);
    expect(
      await faultsIn(
        service('- {port: 80}', 'type: NodePort\nexternalTrafficPolicy: Local\nhealthCheckNodePort: 8080'),
      ),
    ).toEqual(['api/health-check-node-port@8']);
  });

  it('comes from the range of node ports and conflicts with them', async () => {
    expect(await faultsIn(balancer('Local', 8080))).toEqual(['api/node-port-range@8']);
    expect(
      await faultsIn(
        stream(balancer('Local', 31500), service('- {name: a, port: 80, nodePort: 31500}', 'type: NodePort', 'other')),
      ),
    ).toEqual(['api/node-port-conflict@21']);
    expect(await faultsIn(stream(balancer('Local', 31500), balancer('Local', 31500, 'other')))).toEqual([
      'api/node-port-conflict@20',
    ]);
  });
});
