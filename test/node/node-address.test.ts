/** The main address of a node if ip prints several: packets that arrived by eth0 were answered from eth0's address. */
import { joinedFacts } from '../../src/proxy/host-parts.js';
import { defaultHostFacts, readHostFacts } from '../../src/proxy/host.js';

const link = (ifname: string, local: string, more: object = {}): Record<string, unknown> => ({
  ifname,
  addr_info: [{ family: 'inet', local, prefixlen: 24, scope: 'global' }],
  ...more,
});
const nodeIPs = (...output: readonly Record<string, unknown>[]): readonly string[] =>
  readHostFacts(joinedFacts(output.map((one) => [one]) as never), { ...defaultHostFacts(undefined), interfaces: [] })
    ?.nodeIPs ?? [];

it.each([
  ['a bridge of Pods before the uplink', [link('cni0', '10.20.1.1'), link('eth0', '172.16.0.1')]],
  [
    'a bridge by its kind',
    [link('pods', '10.20.1.1', { linkinfo: { info_kind: 'bridge' } }), link('eth0', '172.16.0.1')],
  ],
  [
    'a second card, by the default route',
    [link('eth0', '192.168.7.1'), link('eth1', '172.16.0.1'), { dst: 'default', gateway: '172.16.0.254', dev: 'eth1' }],
  ],
  ['an uplink that is a bridge, beside that of Pods', [link('cni0', '10.20.1.1'), link('vmbr0', '172.16.0.1')]],
])('%s', (_, output) => {
  expect(nodeIPs(...output)).toEqual(['172.16.0.1']);
});
