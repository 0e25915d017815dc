import { hostModel } from '../../src/trace/host.js';
import { address, node } from './support/tracers.js';

describe('the source that a process of the node gets', () => {
  const host = hostModel({
    ...node,
    interfaces: [
      { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
      { name: 'eth0', addresses: ['192.168.0.2/24', '192.168.0.105/24', '192.168.0.106/32', 'fd00::2/64', 'fd00::3/64'] },
      { name: 'cni0', addresses: ['10.244.1.1/24'] },
    ],
  });
  const sourceFor = (text: string): string | undefined => host.sourceFor(address(text))?.text;

  it('to its own first addresses is that address', () => {
    expect(['192.168.0.2', '10.244.1.1', '127.0.0.1'].map(sourceFor)).toEqual(['192.168.0.2', '10.244.1.1', '127.0.0.1']);
  });

  it('to a second address of a subnet is the first, as the kernel\'s local routes have it', () => {
    expect(sourceFor('192.168.0.105')).toBe('192.168.0.2');
  });

  it('to an address of another prefix length, or of IPv6, is that address', () => {
    expect(['192.168.0.106', 'fd00::3'].map(sourceFor)).toEqual(['192.168.0.106', 'fd00::3']);
  });
});
