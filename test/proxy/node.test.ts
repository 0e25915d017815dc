import type { Json, JsonObject } from '../../src/manifests/types.js';
import { readConfiguration } from '../../src/proxy/configuration.js';
import { defaultHostFacts, readHostFacts } from '../../src/proxy/host.js';
import { mistakeInHostFacts } from '../../src/proxy/host-mistakes.js';
import { localDetector } from '../../src/proxy/local-detection.js';
import { matchingNodeAddresses, nodePortAddresses } from '../../src/proxy/node-port-addresses.js';
import { stateOf } from '../support/states.js';

const node = {
  name: 'node-1',
  labels: {},
  podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'],
  addresses: ['192.168.0.2'],
};

describe('telling Pods of this node', () => {
  it.each([
    [{ clusterCIDR: 'fd00:10:244::7/48,10.244.7.7/16' }, { kind: 'sourcePrefix', prefix: '10.244.0.0/16' }],
    [{ clusterCIDR: '' }, undefined],
    [{ detectLocalMode: 'NodeCIDR' }, { kind: 'sourcePrefix', prefix: '10.244.1.0/24' }],
    [
      { detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: 'cbr0' } },
      { kind: 'inInterface', name: 'cbr0' },
    ],
    [
      { detectLocalMode: 'InterfaceNamePrefix', detectLocal: { interfaceNamePrefix: 'cali' } },
      { kind: 'inInterface', name: 'cali+' },
    ],
  ])('goes by %j', (configuration, expected) => {
    expect(localDetector(readConfiguration(configuration), node, 'ipv4', { minor: 36 })).toEqual(expected);
  });
});

describe('addresses of node ports', () => {
  const interfaces = [
    { name: 'lo', addresses: ['127.0.0.1/8'] },
    { name: 'eth0', addresses: ['192.168.0.2/24', '10.9.0.2/16'] },
  ];

  it('are all where none is given for the family', () => {
    expect(nodePortAddresses(['fd00::/64'], 'ipv4', '192.168.0.2').matchesAll).toBe(true);
    expect(nodePortAddresses(['10.0.0.0/8', '0.0.0.0/0'], 'ipv4', '192.168.0.2').matchesAll).toBe(true);
  });

  it('are those of the node that lie in a prefix, bytewise', () => {
    const some = nodePortAddresses(['10.0.0.0/8', '192.168.0.0/24'], 'ipv4', '192.168.0.2');
    expect(matchingNodeAddresses(some, interfaces, 'ipv4')).toEqual(['10.9.0.2', '192.168.0.2']);
  });

  it('are the primary one for `primary`', () => {
    const primary = nodePortAddresses(['primary'], 'ipv4', '192.168.0.2');
    expect(matchingNodeAddresses(primary, interfaces, 'ipv4')).toEqual(['192.168.0.2']);
  });

  it('take localhost in only where its prefix is among them', () => {
    const localhost = (...addresses: string[]) =>
      stateOf({ configuration: { nodePortAddresses: addresses } }).localhostNodePorts;
    expect([localhost(), localhost('127.0.0.0/8'), localhost('192.168.0.0/24')]).toEqual([true, true, false]);
  });
});

describe('the address of the node', () => {
  const addressOf = (configuration: JsonObject, family: 'ipv4' | 'ipv6' = 'ipv4'): string =>
    stateOf({ configuration, family, host: { nodeIPs: ['192.168.0.2', 'fd00::2'] } }).nodeIP;

  it('is the bindAddress of its family, unless that is all addresses', () => {
    expect([
      addressOf({}),
      addressOf({ bindAddress: '0.0.0.0' }),
      addressOf({ bindAddress: '::' }),
      addressOf({ bindAddress: '10.9.0.2' }),
    ]).toEqual(['192.168.0.2', '192.168.0.2', '192.168.0.2', '10.9.0.2']);
    expect([addressOf({ bindAddress: '10.9.0.2' }, 'ipv6'), addressOf({ bindAddress: 'FD00::9' }, 'ipv6')]).toEqual([
      'fd00::2',
      'fd00::9',
    ]);
  });
});

describe('host facts', () => {
  it('of an ordinary node have the address that kube-proxy is bound to on an interface', () => {
    const addressesWith = (bindAddress: string) => defaultHostFacts(node, bindAddress).interfaces[1]?.addresses;
    expect([addressesWith('10.9.0.2'), addressesWith('0.0.0.0'), addressesWith('192.168.0.2')]).toEqual([
      ['192.168.0.2/24', '10.9.0.2/24'],
      ['192.168.0.2/24'],
      ['192.168.0.2/24'],
    ]);
  });

  it('are read from `ip -json address` too', () => {
    const links = [
      { ifname: 'lo', addr_info: [{ local: '127.0.0.1', prefixlen: 8, scope: 'host' }] },
      {
        ifname: 'eth0',
        addr_info: [
          { local: '192.168.0.2', prefixlen: 24, scope: 'global' },
          { local: 'fe80::1', prefixlen: 64, scope: 'link' },
        ],
      },
    ];
    const facts = readHostFacts(links, defaultHostFacts(undefined));
    expect(facts?.nodeIPs).toEqual(['192.168.0.2']);
    expect(facts?.interfaces).toEqual([
      { name: 'lo', addresses: ['127.0.0.1/8'], bridge: false },
      { name: 'eth0', addresses: ['192.168.0.2/24', 'fe80::1/64'], bridge: false },
    ]);
  });

  it.each<[Json, RegExp]>([
    [
      { masqueradeRandomfully: true },
      /^"masqueradeRandomfully" is not a host fact; did you mean masqueradeRandomFully\?$/,
    ],
    [{ wrong: 1 }, /^"wrong" is not a host fact; there are nodeIPs, interfaces, /],
    [{ nfacct: 'no' }, /^nfacct must be true or false$/],
    [{ nodeIPs: '192.168.0.2' }, /^nodeIPs must be a list of addresses/],
    [{ nodeIPs: ['192.168.0.300'] }, /^nodeIPs must be/],
    [{ interfaces: [{ name: 'eth0' }] }, /^interfaces must be a list such as/],
    [{ largeClusterEndpointsThreshold: -1 }, /must be a whole number$/],
    [[1], /^an array must be the output of ip -json address/],
  ])('are told where they are wrong: %j', (value, expected) => {
    expect(mistakeInHostFacts(value)).toMatch(expected);
  });

  it('may all be left out, and addresses may lack their prefix length', () => {
    expect(mistakeInHostFacts({})).toBeUndefined();
    expect(
      mistakeInHostFacts({
        nodeIPs: ['fd00::1'],
        interfaces: [{ name: 'eth0', addresses: ['fd00::1', '192.168.0.2/24'] }],
      }),
    ).toBeUndefined();
  });

  it.each([null, 3, 'eth0'])('are not %j', (value) => {
    expect(readHostFacts(value, defaultHostFacts(undefined))).toBeUndefined();
  });
});
