import { lower } from '../../src/ipvs/lower.js';
import { print } from '../../src/ipvs/print.js';
import type { Service, SliceEndpoint } from '../../src/cluster/types.js';
import { endpoint, service, slice, stateOf, type StateOptions } from '../support/states.js';

/** The lines of one format for `shop/web`; kube-proxy 1.30's own for the same objects are recorded in golden/. */
function lines(
  format: 'ipvsadm' | 'ipset' | 'addresses' | 'restore',
  endpoints: readonly SliceEndpoint[],
  changes: Partial<Service> = {},
  options: StateOptions = {},
): string[] {
  return print(lower(stateOf({ services: [service(changes)], slices: [slice(endpoints)], ...options })), format)
    .trimEnd()
    .split('\n');
}

function elements(
  set: string,
  endpoints: readonly SliceEndpoint[],
  changes: Partial<Service> = {},
  options: StateOptions = {},
): string[] {
  const start = `add ${set} `;
  return lines('ipset', endpoints, changes, options)
    .filter((line) => line.startsWith(start))
    .map((line) => line.slice(start.length));
}

const here = { nodeName: 'node-1' };
const local = endpoint('10.244.1.5', here);
const remote = endpoint('10.244.2.5');
const ports = (protocol: 'TCP' | 'UDP' | 'SCTP', nodePort: number) => [
  { name: 'http', protocol, port: 80, targetPort: 8080, nodePort },
];
const nodePort = { type: 'NodePort' as const, ports: ports('TCP', 30080) };
const loadBalancer = {
  type: 'LoadBalancer' as const,
  ports: ports('TCP', 30080),
  loadBalancerIngress: [{ ip: '203.0.113.7', ipMode: 'VIP' as const }],
};

describe('virtual servers', () => {
  it('stand for each address, port and protocol, each endpoint with weight 1 (golden/nodeport)', () => {
    expect(lines('ipvsadm', [local, remote], nodePort)).toEqual([
      '-A -t 10.96.0.50:80 -s rr',
      '-a -t 10.96.0.50:80 -r 10.244.1.5:8080 -m -w 1',
      '-a -t 10.96.0.50:80 -r 10.244.2.5:8080 -m -w 1',
      '-A -t 192.168.0.2:30080 -s rr',
      '-a -t 192.168.0.2:30080 -r 10.244.1.5:8080 -m -w 1',
      '-a -t 192.168.0.2:30080 -r 10.244.2.5:8080 -m -w 1',
    ]);
  });

  it('of a Service without endpoints exist all the same: clients are refused by IPVS, not by a rule (golden/no-endpoints)', () => {
    expect(lines('ipvsadm', [])).toEqual(['-A -t 10.96.0.50:80 -s rr']);
    expect(lines('restore', []).join('\n')).not.toContain('has no endpoints');
  });

  it('of an external policy Local take local endpoints; the cluster IP takes all (golden/etp-local-with-local)', () => {
    const servers = lines('ipvsadm', [local, remote], { ...nodePort, externalTrafficPolicy: 'Local' });
    expect(servers.filter((line) => line.startsWith('-a -t 192.168.0.2'))).toEqual([
      '-a -t 192.168.0.2:30080 -r 10.244.1.5:8080 -m -w 1',
    ]);
    expect(servers.filter((line) => line.startsWith('-a -t 10.96.0.50'))).toHaveLength(2);
  });

  it('of an external policy Local without local endpoints fall back to all, where iptables mode drops (golden/etp-local-without-local)', () => {
    expect(lines('ipvsadm', [remote], { ...nodePort, externalTrafficPolicy: 'Local' })).toContain(
      '-a -t 192.168.0.2:30080 -r 10.244.2.5:8080 -m -w 1',
    );
  });

  it('of an internal policy Local without local endpoints have none (golden/itp-local-none), unless the Service is reached from outside as well', () => {
    expect(lines('ipvsadm', [remote], { internalTrafficPolicy: 'Local' })).toEqual(['-A -t 10.96.0.50:80 -s rr']);
    expect(lines('ipvsadm', [remote], { internalTrafficPolicy: 'Local', ...nodePort })).toContain(
      '-a -t 10.96.0.50:80 -r 10.244.2.5:8080 -m -w 1',
    );
  });

  it('keep a client with its endpoint for ClientIP affinity (golden/affinity)', () => {
    expect(lines('ipvsadm', [], { sessionAffinity: 'ClientIP', sessionAffinityTimeout: 7200 })).toEqual([
      '-A -t 10.96.0.50:80 -s rr -p 7200',
    ]);
  });

  it('let the scheduler mh hash ports too', () => {
    expect(lines('ipvsadm', [], {}, { configuration: { ipvs: { scheduler: 'mh' } } })).toEqual([
      '-A -t 10.96.0.50:80 -s mh -b mh-port',
    ]);
    expect(lines('ipvsadm', [], {}, { configuration: { ipvs: { scheduler: 'sh' } } })).toEqual([
      '-A -t 10.96.0.50:80 -s sh',
    ]);
  });

  it('of node ports stand for each address of the node but loopback and IPv6 link-local ones', () => {
    const host = {
      interfaces: [
        { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
        { name: 'eth0', addresses: ['192.168.0.2/24', '169.254.7.7/16', 'fe80::1/64', 'fd00::2/64'] },
      ],
    };
    const addresses = (family: 'ipv4' | 'ipv6', clusterIP: string): string[] =>
      lines('ipvsadm', [], { ...nodePort, clusterIPs: [clusterIP] }, { host, family }).map(
        (line) => line.split(' ')[2] ?? '',
      );
    expect(addresses('ipv4', '10.96.0.50')).toEqual(['10.96.0.50:80', '169.254.7.7:30080', '192.168.0.2:30080']);
    expect(addresses('ipv6', 'fd00:10:96::50')).toEqual(['[fd00:10:96::50]:80', '[fd00::2]:30080']);
  });

  it('claimed twice belong to the Service that comes last in bytewise order', () => {
    const services = ['a', 'b'].map((name, index) =>
      service({ name, clusterIPs: [`10.96.0.${index + 1}`], externalIPs: ['203.0.113.9'] }),
    );
    const slices = ['a', 'b'].map((name, index) =>
      slice([endpoint(`10.244.2.${index + 1}`)], { name, serviceName: name }),
    );
    expect(
      print(lower(stateOf({ services, slices })), 'ipvsadm')
        .split('\n')
        .filter((line) => line.includes('203.0.113.9')),
    ).toEqual(['-A -t 203.0.113.9:80 -s rr', '-a -t 203.0.113.9:80 -r 10.244.2.2:8080 -m -w 1']);
  });

  it('claimed twice by one Service lose an endpoint not written in canonical form, in 1.30', () => {
    const odd = {
      services: [service({ clusterIPs: ['fd00:10:96::1'], externalIPs: ['2001:db8::1', '2001:DB8::1'] })],
      family: 'ipv6' as const,
      slices: [slice([endpoint('FD00::A'), endpoint('fd00::b')], { addressType: 'IPv6' })],
    };
    const servers = (minor: number): string[] =>
      print(lower(stateOf({ ...odd, minor })), 'ipvsadm')
        .split('\n')
        .filter((line) => line.startsWith('-a -t [2001:db8::1]'))
        .map((line) => line.split(' ')[4] ?? '');
    expect(servers(30)).toEqual(['[fd00::b]:8080']);
    expect(servers(31)).toEqual(['[fd00::a]:8080', '[fd00::b]:8080']);
  });
});

describe('sets', () => {
  it('hold local endpoints, unready ones too, as their own clients (golden/not-ready)', () => {
    const endpoints = [local, endpoint('10.244.1.6', { ...here, ready: false, serving: false }), remote];
    expect(elements('KUBE-LOOP-BACK', endpoints)).toEqual([
      '10.244.1.5,tcp:8080,10.244.1.5',
      '10.244.1.6,tcp:8080,10.244.1.6',
    ]);
  });

  it('hold SCTP node ports with each address, TCP and UDP ones alone', () => {
    expect(elements('KUBE-NODE-PORT-SCTP-HASH', [remote], { type: 'NodePort', ports: ports('SCTP', 30132) })).toEqual([
      '192.168.0.2,sctp:30132',
    ]);
    expect(elements('KUBE-NODE-PORT-UDP', [remote], { type: 'NodePort', ports: ports('UDP', 30053) })).toEqual([
      '30053',
    ]);
  });

  it('hold a Local node port twice, so that it is not masqueraded', () => {
    const changes = { ...nodePort, externalTrafficPolicy: 'Local' as const };
    expect(elements('KUBE-NODE-PORT-TCP', [local], changes)).toEqual(['30080']);
    expect(elements('KUBE-NODE-PORT-LOCAL-TCP', [local], changes)).toEqual(['30080']);
    expect(
      lines('restore', [local], changes)
        .filter((line) => line.startsWith('-A KUBE-NODE-PORT -p tcp'))
        .map((line) => line.split(' -j ')[1]),
    ).toEqual(['RETURN', 'KUBE-MARK-MASQ']);
  });

  it('hold the ranges that may reach a load balancer, and its own address where the node is among them (golden/lb-ranges-ipmode)', () => {
    const changes = { ...loadBalancer, loadBalancerSourceRanges: ['10.0.0.0/8', '192.168.0.0/24'] };
    expect(elements('KUBE-LOAD-BALANCER-FW', [remote], changes)).toEqual(['203.0.113.7,tcp:80']);
    expect(elements('KUBE-LOAD-BALANCER-SOURCE-CIDR', [remote], changes)).toEqual([
      '203.0.113.7,tcp:80,10.0.0.0/8',
      '203.0.113.7,tcp:80,192.168.0.0/24',
    ]);
    expect(elements('KUBE-LOAD-BALANCER-SOURCE-IP', [remote], changes)).toEqual(['203.0.113.7,tcp:80,203.0.113.7']);
  });

  it('do not hold 0.0.0.0/0, which the kernel refuses: up to 1.33 nobody may reach the load balancer, though the rule stands', () => {
    const changes = { ...loadBalancer, loadBalancerSourceRanges: ['0.0.0.0/0'] };
    const to133 = { minor: 33 };
    expect(elements('KUBE-LOAD-BALANCER-SOURCE-CIDR', [remote], changes, to133)).toEqual([]);
    expect(
      lines('restore', [remote], changes, to133).some((line) =>
        line.includes('KUBE-LOAD-BALANCER-SOURCE-CIDR dst,dst,src -j RETURN'),
      ),
    ).toBe(true);
    expect(elements('KUBE-LOAD-BALANCER-FW', [remote], changes)).toEqual([]);
  });

  it('hold the health-check port, unless no address answers on node ports', () => {
    const changes = { ...loadBalancer, externalTrafficPolicy: 'Local' as const, healthCheckNodePort: 31999 };
    expect(elements('KUBE-HEALTH-CHECK-NODE-PORT', [remote], changes)).toEqual(['31999']);
    expect(
      elements('KUBE-HEALTH-CHECK-NODE-PORT', [remote], changes, {
        configuration: { nodePortAddresses: ['10.99.0.0/16'] },
      }),
    ).toEqual([]);
  });

  it('have names of 31 characters at most in IPv6', () => {
    const names = lines('ipset', [], { clusterIPs: ['fd00:10:96::1'] }, { family: 'ipv6' }).map(
      (line) => line.split(' ')[1] ?? '',
    );
    expect(names).toContain('KUBE-6-LOAD-BALANCER-SOURCE-CID');
    expect(names.every((name) => name.startsWith('KUBE-6-') && name.length <= 31)).toBe(true);
  });
});

describe('addresses of kube-ipvs0', () => {
  it('are cluster IPs, external IPs and load balancers, without what an interface of the node has already', () => {
    expect(lines('addresses', [], { ...loadBalancer, externalIPs: ['192.168.0.2', '198.51.100.1'] })).toEqual([
      '10.96.0.50',
      '198.51.100.1',
      '203.0.113.7',
    ]);
  });

  it('leave out load balancers of ipMode Proxy (KEP-1860)', () => {
    expect(
      lines('addresses', [], { ...loadBalancer, loadBalancerIngress: [{ ip: '203.0.113.8', ipMode: 'Proxy' }] }),
    ).toEqual(['10.96.0.50']);
  });
});

describe('rules', () => {
  const range = { ...loadBalancer, loadBalancerSourceRanges: ['10.0.0.0/8'] };

  it('keep the node from a load balancer that it may not reach, by the address it would use (golden/lb-ranges-node-not-in)', () => {
    expect(lines('restore', [remote], range)).toContain(
      '-A KUBE-IPVS-OUT-FILTER -s 203.0.113.7 -m ipvs --vaddr 203.0.113.7 --vproto tcp --vport 80 -j DROP',
    );
    expect(print(lower(stateOf({ services: [service(range)] })), 'save')).toContain(
      '-A KUBE-IPVS-OUT-FILTER -s 203.0.113.7/32 -m ipvs --vproto 6 --vaddr 203.0.113.7 --vport 80 -j DROP\n',
    );
  });

  it('look sets up only while these hold something', () => {
    expect(lines('restore', [remote]).join('\n')).not.toContain('KUBE-LOOP-BACK');
    expect(lines('restore', [local]).join('\n')).toContain('--match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE');
  });

  it.each([
    [{}, 'src,dst -j KUBE-MARK-MASQ'],
    [{ clusterCIDR: '10.244.0.0/16' }, 'dst,dst ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ'],
    [{ clusterCIDR: '10.244.0.0/16', iptables: { masqueradeAll: true } }, 'dst,dst -j KUBE-MARK-MASQ'],
  ])('masquerade traffic to cluster IPs with %j: %s', (configuration, end) => {
    const rule = lines('restore', [remote], {}, { configuration }).find(
      (line) => line.endsWith('-j KUBE-MARK-MASQ') && line.includes('KUBE-CLUSTER-IP'),
    );
    expect(rule?.split('KUBE-CLUSTER-IP ')[1]).toBe(end);
  });
});
