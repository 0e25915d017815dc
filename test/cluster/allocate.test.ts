import fc from 'fast-check';
import { parseAddress, parsePrefix, prefixContains } from '../../src/net/address.js';
import type { Cluster } from '../../src/cluster/types.js';
import { build, findingsOf, service, serviceOf } from './kinds.js';

const web = { ports: [{ port: 80 }] };

describe('cluster IPs', () => {
  it('come from the upper band of the default range and are told', () => {
    const cluster = build([service('web', web)]);
    const [address = ''] = serviceOf(cluster, 'web').clusterIPs;
    const [, second = 0, third = 0] = address.split('.').map(Number);
    expect(address.startsWith('10.')).toBe(true);
    expect(second >= 96 && second < 112 && (second > 96 || third > 0)).toBe(true);
    expect(cluster.madeUp).toContainEqual({ kind: 'clusterIP', object: 'Service shop/web', detail: address });
  });

  it('stay as they are where they are given', () => {
    const cluster = build([
      service('web', { ...web, clusterIP: '10.96.0.10' }),
      service('none', { ...web, clusterIP: 'None' }),
    ]);
    expect(cluster.services.map((found) => found.clusterIPs)).toEqual([['10.96.0.10'], ['None']]);
    expect(cluster.madeUp.filter((made) => made.kind === 'clusterIP')).toEqual([]);
  });

  it('get a partner where one is given and two are wanted', () => {
    const cluster = build([service('web', { ...web, clusterIP: '10.96.0.10', ipFamilyPolicy: 'RequireDualStack' })]);
    expect(serviceOf(cluster, 'web').clusterIPs).toEqual(['10.96.0.10', expect.stringMatching(/^fd00:10:96::/)]);
  });

  it('stay alone where a cluster has stored them so', () => {
    const stored = {
      ...web,
      clusterIP: '10.96.0.10',
      clusterIPs: ['10.96.0.10'],
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'PreferDualStack',
    };
    expect(serviceOf(build([service('web', stored)]), 'web').clusterIPs).toEqual(['10.96.0.10']);
  });

  it('are none for ExternalName', () => {
    expect(
      serviceOf(build([service('web', { type: 'ExternalName', externalName: 'example.com' })]), 'web').clusterIPs,
    ).toEqual([]);
  });

  it('run out: the Service that finds none is refused', () => {
    const [range] = [parsePrefix('10.0.0.0/30')];
    const services = ['a', 'b', 'c'].map((name) => service(name, web));
    const options = { serviceCIDRs: range === undefined ? [] : [range] };
    expect(
      build(services, options)
        .services.flatMap((found) => found.clusterIPs)
        .sort(),
    ).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(findingsOf(services, options).map((finding) => finding.rule)).toEqual(['api/cluster-ip-range']);
  });
});

describe('node ports', () => {
  it('are given to each port of a NodePort Service and of a load balancer', () => {
    const cluster = build([service('a', { ...web, type: 'NodePort' }), service('b', { ...web, type: 'LoadBalancer' })]);
    const nodePorts = cluster.services.map((found) => found.ports[0]?.nodePort ?? 0);
    expect(nodePorts.every((port) => port >= 30086 && port <= 32767)).toBe(true);
    expect(new Set(nodePorts).size).toBe(2);
  });

  it('are not given where the load balancer does without', () => {
    expect(
      serviceOf(build([service('b', { ...web, type: 'LoadBalancer', allocateLoadBalancerNodePorts: false })]), 'b')
        .ports[0]?.nodePort,
    ).toBe(0);
  });

  it('are shared by ports that differ in protocol only', () => {
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53 },
      { name: 'metrics', port: 9153 },
    ];
    const [udp, tcp, metrics] = serviceOf(build([service('dns', { type: 'NodePort', ports })]), 'dns').ports;
    expect(udp?.nodePort).toBe(tcp?.nodePort);
    expect(metrics?.nodePort).not.toBe(udp?.nodePort);
  });

  it('are shared with a given one, too', () => {
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, nodePort: 30053 },
    ];
    expect(
      serviceOf(build([service('dns', { type: 'NodePort', ports })]), 'dns').ports.map((port) => port.nodePort),
    ).toEqual([30053, 30053]);
  });

  it('have one more for health checks where external traffic stays local', () => {
    const cluster = build([service('web', { ...web, type: 'LoadBalancer', externalTrafficPolicy: 'Local' })]);
    const { healthCheckNodePort, ports } = serviceOf(cluster, 'web');
    expect(healthCheckNodePort).toBeGreaterThanOrEqual(30000);
    expect(healthCheckNodePort).not.toBe(ports[0]?.nodePort);
  });

  it('run out: the Service that finds none is refused', () => {
    const services = ['a', 'b'].map((name) => service(name, { ...web, type: 'NodePort' }));
    expect(findingsOf(services, { nodePortRange: { from: 31000, to: 31000 } }).map((finding) => finding.rule)).toEqual([
      'api/node-port-range',
    ]);
  });
});

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 40 });

function allocationsOf(cluster: Cluster): Map<string, string> {
  return new Map(
    cluster.services.map((found) => [
      found.name,
      `${found.clusterIPs.join()} ${found.ports.map((port) => port.nodePort).join()}`,
    ]),
  );
}

describe('allocation', () => {
  it('never gives one address or node port to two Services, nor one that is given elsewhere', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 5 }), (all, given) => {
        const first = build(all.map((name) => service(name, { ...web, type: 'NodePort' })));
        const taken = first.services.slice(0, given).map((found, index) =>
          service(`zz-${index}`, {
            type: 'NodePort',
            clusterIP: found.clusterIPs[0] ?? '',
            ports: [{ port: 80, nodePort: found.ports[0]?.nodePort ?? 0 }],
          }),
        );
        const cluster = build([...all.map((name) => service(name, { ...web, type: 'NodePort' })), ...taken]);
        const addresses = cluster.services.flatMap((found) => found.clusterIPs);
        const nodePorts = cluster.services.flatMap((found) => found.ports.map((port) => port.nodePort));
        expect(new Set(addresses).size).toBe(all.length + taken.length);
        expect(new Set(nodePorts).size).toBe(all.length + taken.length);
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on the order of objects', () => {
    fc.assert(
      fc.property(
        names.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const made = (list: readonly string[]): Map<string, string> =>
            allocationsOf(build(list.map((name) => service(name, { ...web, type: 'NodePort' }))));
          const [a, b] = [made(all), made(shuffled)];
          expect(all.map((name) => a.get(name))).toEqual(all.map((name) => b.get(name)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('changes nothing for others when a Service is added, unless that one took what another had', () => {
    fc.assert(
      fc.property(names, (all) => {
        const [added = '', ...others] = all;
        const before = build(others.map((name) => service(name, { ...web, type: 'NodePort' })));
        const after = build(all.map((name) => service(name, { ...web, type: 'NodePort' })));
        const newcomer = serviceOf(after, added);
        for (const old of before.services) {
          const now = serviceOf(after, old.name);
          if (now.clusterIPs[0] !== old.clusterIPs[0]) expect(old.clusterIPs).toEqual(newcomer.clusterIPs);
          if (now.ports[0]?.nodePort !== old.ports[0]?.nodePort) {
            const holder = after.services.find((found) => found.ports[0]?.nodePort === old.ports[0]?.nodePort);
            expect(holder).toBeDefined();
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stays in the range given', () => {
    const range = parsePrefix('172.30.4.0/22');
    if (range === undefined) throw new Error('no prefix');
    fc.assert(
      fc.property(names, (all) => {
        const cluster = build(
          all.map((name) => service(name, web)),
          { serviceCIDRs: [range] },
        );
        for (const found of cluster.services) {
          const address = parseAddress(found.clusterIPs[0] ?? '');
          expect(address !== undefined && prefixContains(range, address)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});
