import { hostModel } from '../../src/walk/host.js';
import { address, node, traceText } from './support/tracers.js';

describe('the source that a process of the node gets', () => {
  const host = hostModel({
    ...node,
    interfaces: [
      { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
      {
        name: 'eth0',
        addresses: ['192.168.0.2/24', '192.168.0.105/24', '192.168.0.106/32', 'fd00::2/64', 'fd00::3/64'],
      },
      { name: 'cni0', addresses: ['10.244.1.1/24'] },
    ],
  });
  const sourceFor = (text: string): string | undefined => host.sourceFor(address(text))?.text;

  it('to its own first addresses is that address', () => {
    expect(['192.168.0.2', '10.244.1.1', '127.0.0.1'].map(sourceFor)).toEqual([
      '192.168.0.2',
      '10.244.1.1',
      '127.0.0.1',
    ]);
  });

  it("to a second address of a subnet is the first, as the kernel's local routes have it", () => {
    expect(sourceFor('192.168.0.105')).toBe('192.168.0.2');
  });

  it('to an address of another prefix length, or of IPv6, is that address', () => {
    expect(['192.168.0.106', 'fd00::3'].map(sourceFor)).toEqual(['192.168.0.106', 'fd00::3']);
  });
});

/**
 * Observed on Linux 6.18 for cni0 with its address and without (then eth0's); the rest follows inet_select_addr
 * (net/ipv4/devinet.c).
 */
describe('the address that MASQUERADE takes', () => {
  const host = hostModel({
    ...node,
    interfaces: [
      { name: 'lo', addresses: ['127.0.0.1/8'] },
      { name: 'eth0', addresses: ['192.168.0.2/24', '10.9.0.2/24'] },
      { name: 'cni0', addresses: ['10.244.0.1/24'] },
      { name: 'cali1a2b3c4d5e6', addresses: [] },
    ],
  });
  const taken = (name: string, to: string): string | undefined => host.masqueradeAddress(name, address(to))?.text;

  it('is one of the interface that the packet leaves by', () => {
    expect([taken('cni0', '10.244.0.5'), taken('eth0', '203.0.113.1')]).toEqual(['10.244.0.1', '192.168.0.2']);
  });

  it('is the one whose subnet holds the destination', () => {
    expect(taken('eth0', '10.9.0.7')).toBe('10.9.0.2');
  });

  it('is the first of another where the interface has none', () => {
    expect([taken('cali1a2b3c4d5e6', '10.244.0.7'), taken('lo', '192.168.0.2')]).toEqual([
      '192.168.0.2',
      '192.168.0.2',
    ]);
  });

  it('is not known of an interface that is not', () => {
    expect([taken('cni1', '10.245.0.5'), hostModel(undefined).masqueradeAddress('eth0', address('10.0.0.1'))]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('MASQUERADE', () => {
  const rules =
    '*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -j DNAT --to-destination 10.7.0.5\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n';
  const effect = (from: string): string | undefined =>
    traceText(rules, { from, inInterface: 'cni7' })[0]?.steps.at(-1)?.effect;

  it('says that the interface it leaves by is not known', () => {
    expect(effect('10.7.0.6')).toBe('source becomes an address of the interface it leaves by (of eth0: 192.168.0.2)');
  });

  it('of what is sent back to where it came from takes an address of the interface that it came in by', () => {
    expect(effect('10.7.0.5')).toBe('source becomes an address of cni7');
  });
});
