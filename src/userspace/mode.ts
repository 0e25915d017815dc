import { hasChain } from '../iptables/chains.js';
import { iptablesSave } from '../iptables/mode.js';
import type { NodeContent } from '../node/content.js';
import type { ProxyMode } from '../node/mode.js';

/**
 * Userspace mode, which kube-proxy had up to 1.25: rules lead to ports of the kube-proxy process, which opens its own
 * connections to endpoints. Formats: `save` is what iptables-save prints after the first sync on a clean node, `ports`
 * the local port of each service port, `claims` the sockets that the process holds so that no other program takes them.
 */
export const userspace: ProxyMode = {
  handsOnItself: true,
  name: 'userspace',
  title: 'userspace mode (1.25 and older)',
  formats: ['save', 'ports', 'claims', 'json'],
  dumps: [iptablesSave],
  masquerades: false,
  copesWith: ['api/node-port-conflict', 'api/cluster-ip-conflict', 'api/external-name', 'api/external-name-fields'],
  isModeOf: ({ ruleSet }) => hasChain(ruleSet, /^KUBE-PORTALS-CONTAINER$/),
  nodeAddresses,
  load: async () => (await import('./mode-lowering.js')).userspaceLowering,
};

/** The node's own packets to Services are rewritten to the node's own address. */
function nodeAddresses({ ruleSet }: NodeContent): readonly string[] {
  const rules = ruleSet.tables.flatMap(({ rules: all }) => all.filter(({ chain }) => chain === 'KUBE-PORTALS-HOST'));
  const addresses = rules.flatMap(({ target }) =>
    target?.kind === 'destinationNat' ? [target.to.replace(/:\d+$/, '')] : [],
  );
  return [...new Set(addresses)];
}
