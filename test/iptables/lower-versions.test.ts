import { lower } from '../../src/iptables/lower/lower.js';
import { chainHash } from '../../src/proxy/chain-hash.js';
import { printRestore } from '../../src/iptables/print/restore.js';
import { endpoint, service, slice, stateOf, type StateOptions } from '../support/states.js';

const restore = (options: StateOptions): string =>
  printRestore(lower(stateOf({ slices: [slice([endpoint('10.244.2.5')])], ...options })));
const nodePort = {
  services: [
    service({
      type: 'NodePort',
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30080 }],
    }),
  ],
};

describe('chain names', () => {
  // The first two are from kube-proxy's own recorded output (golden/clusterip-1).
  it.each([
    ['default/web:httptcp', 'CDGGSHYLG3RE2FKL'],
    ['default/web:httptcp10.244.2.5:8080', 'OAIGUPJHOE4YU7HS'],
  ])('%s → %s', (text, name) => {
    expect(chainHash(text)).toBe(name);
  });
});

describe('nfacct counters (kube-proxy 1.31 and newer)', () => {
  it('are absent in 1.30', () => {
    expect(restore({ ...nodePort, minor: 30 })).not.toContain('nfacct');
  });

  it('count what is dropped as INVALID and what reaches node ports over localhost', () => {
    const text = restore({ ...nodePort, minor: 31 });
    expect(text).toContain(
      '-A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name ct_state_invalid_dropped_pkts -j DROP\n',
    );
    expect(text).toContain(
      '-d 127.0.0.0/8 --dport 30080 -m nfacct --nfacct-name localhost_nps_accepted_pkts -j KUBE-EXT-',
    );
  });

  it('are absent where the host cannot count', () => {
    expect(restore({ ...nodePort, host: { nfacct: false } })).not.toContain('nfacct');
  });

  it('do not look for localhost traffic in IPv6 or where localhost node ports are off', () => {
    expect(restore({ ...nodePort, configuration: { iptables: { localhostNodePorts: false } } })).not.toContain(
      'localhost_nps',
    );
  });
});

describe('what hosts differ in', () => {
  it('a TCP-liberal conntrack keeps INVALID packets', () => {
    expect(restore({ host: { conntrackTCPBeLiberal: true } })).not.toContain('INVALID');
  });

  it('large mode starts above the threshold, counting unready endpoints', () => {
    const slices = [slice([endpoint('10.244.2.5'), endpoint('10.244.2.6', { ready: false })])];
    const comment = '--comment "shop/web:http -> 10.244.2.5:8080"';
    expect(restore({ slices, host: { largeClusterEndpointsThreshold: 2 } })).toContain(comment);
    expect(restore({ slices, host: { largeClusterEndpointsThreshold: 1 } })).not.toContain(comment);
  });

  it('1.32 and newer write endpoint addresses in canonical form', () => {
    const slices = [slice([endpoint('fd00:0:0::5')], { addressType: 'IPv6' })];
    const services = [service({ clusterIPs: ['fd00:96::50'] })];
    expect(restore({ services, slices, family: 'ipv6', minor: 30 })).toContain('--to-destination [fd00:0:0::5]:8080');
    expect(restore({ services, slices, family: 'ipv6', minor: 32 })).toContain('--to-destination [fd00::5]:8080');
  });
});
