import { serviceText, stream } from '../../../support/lint.js';
import { messagesOfRule, placesOfRule } from '../../../support/lint-set.js';

const service = (name: string, fields: string, port = 80, protocol = 'TCP', namespace = 'shop'): string =>
  serviceText(`selector: {app: web}\nports: [{port: ${port}, protocol: ${protocol}}]\n${fields}`, name, namespace);
const balanced = (name: string, ip: string, more = ''): string =>
  `${service(name, 'type: LoadBalancer')}status: {loadBalancer: {ingress: [{ip: ${ip}${more}}]}}\n`;

describe('service/external-ip-conflict', () => {
  const places = (...texts: string[]): Promise<string[]> =>
    placesOfRule('service/external-ip-conflict', stream(...texts));
  const first = service('a', 'externalIPs: [203.0.113.10]');

  it('reports the later claim, of whatever field and namespace', async () => {
    expect(await places(first, service('b', 'externalIPs: [198.51.100.1, 203.0.113.10]', 80, 'TCP', 'other'))).toEqual([
      '17',
    ]);
    expect(await places(first, service('b', 'type: LoadBalancer\nloadBalancerIP: 203.0.113.10'))).toEqual(['18']);
    expect(await places(first, balanced('b', '203.0.113.10'))).toEqual(['18']);
    expect(
      await places(service('a', 'externalIPs: ["2001:db8::1"]'), service('b', 'externalIPs: ["2001:DB8:0::1"]')),
    ).toEqual(['17']);
  });

  it('gives two findings for three', async () => {
    expect(
      await places(first, service('b', 'externalIPs: [203.0.113.10]'), service('c', 'externalIPs: [203.0.113.10]')),
    ).toEqual(['17', '26']);
  });

  it('names the first claimant', async () => {
    const [message] = await messagesOfRule(
      'service/external-ip-conflict',
      stream(first, service('b', 'externalIPs: [203.0.113.10]')),
    );
    expect(message).toContain('TCP port 80 is already claimed by Service shop/a');
  });

  it('accepts another port or protocol, the Service itself, and what no node programs', async () => {
    expect(await places(first, service('b', 'externalIPs: [203.0.113.10]', 81))).toEqual([]);
    expect(await places(first, service('b', 'externalIPs: [203.0.113.10]', 80, 'UDP'))).toEqual([]);
    expect(await places(first, first)).toEqual([]);
    expect(
      await places(balanced('a', '203.0.113.10').replace('type:', 'externalIPs: [203.0.113.10]\n  type:')),
    ).toEqual([]);
    expect(await places(first, service('b', 'clusterIP: None\nexternalIPs: [203.0.113.10]'))).toEqual([]);
    expect(await places(first, balanced('b', '203.0.113.10', ', ipMode: Proxy'))).toEqual([]);
  });
});

describe('service/external-ip-hijack', () => {
  const places = (text: string, args: string[] = []): Promise<string[]> =>
    placesOfRule('service/external-ip-hijack', text, args);
  const node =
    'apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec: {podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24, "2001:db8:1::/64"]}\nstatus: {addresses: [{type: ExternalIP, address: 198.51.100.7}, {type: InternalIP, address: 192.0.2.7}]}\n';
  const claim = (ip: string, port = 8443): string => service('a', `externalIPs: ["${ip}"]`, port);

  it.each([
    ['a cluster IP', '10.96.0.10', service('dns', 'clusterIP: 10.96.0.10')],
    [
      'a cluster IP in another spelling',
      '2001:db8:0::a',
      service('dns', 'clusterIP: "2001:db8::a"\nipFamilies: [IPv6]'),
    ],
    ['an address of a balancer', '203.0.113.9', balanced('b', '203.0.113.9')],
    ['the address of a Node', '192.0.2.7', node],
    ['an address of a Pod range', '10.244.1.200', node],
    ['an address of an IPv6 Pod range', '2001:db8:1::99', node],
  ])('reports %s', async (_, ip, other) => {
    expect(await places(stream(claim(ip), other))).toEqual(['8']);
    expect(await places(stream(other, claim(ip)))).toHaveLength(1);
  });

  it('reports an address in the range of cluster IPs, where one is given', async () => {
    expect(await places(claim('10.97.1.1'), ['--service-cidr', '10.96.0.0/12'])).toEqual(['8']);
    expect(await places(claim('10.97.1.1'))).toEqual([]);
    expect(await places(claim('10.112.0.1'), ['--service-cidr', '10.96.0.0/12'])).toEqual([]);
  });

  it.each([
    ['an externalIP that two Services share', '203.0.113.1', service('b', 'externalIPs: [203.0.113.1]', 81)],
    ['the external address of a Node', '198.51.100.7', node],
    ['a neighbour of a Pod range', '10.244.2.1', node],
  ])('accepts %s', async (_, ip, other) => {
    expect(await places(stream(claim(ip), other))).toEqual([]);
  });

  it('leaves a balancer address with the same port to external-ip-conflict', async () => {
    const both = stream(balanced('b', '203.0.113.9'), claim('203.0.113.9', 80));
    expect(await places(both)).toEqual([]);
    expect(await placesOfRule('service/external-ip-conflict', both)).toEqual(['18']);
  });

  it("accepts the Service's own balancer address", async () => {
    expect(await places(balanced('a', '203.0.113.9').replace('type:', 'externalIPs: [203.0.113.9]\n  type:'))).toEqual(
      [],
    );
  });
});
