import { hasEndpoints } from '../../compare/impact.js';
import { addressSets } from '../../walk/address-set.js';
import { documents, type Kind } from '../kind.js';

const loopback = [127n << 24n, (128n << 24n) - 1n];

export const loopbackGuard: Kind = {
  id: 'loopback-guard',
  title: 'packets from elsewhere for 127.0.0.0/8',
  why: `For node ports on localhost, iptables mode sets \`net.ipv4.conf.all.route_localnet\`, and a rule in KUBE-FIREWALL protects the services that listen on 127.0.0.1 from other hosts. The other modes need
neither. But a node that changes its mode keeps the sysctl until it restarts, without the rule. Hosts in its network can then reach what listens on 127.0.0.1.`,
  since: 'iptables mode with `localhostNodePorts` on, which is the default.',
  remedy: 'Set `net.ipv4.conf.all.route_localnet` to 0 after the switch (`sysctl -w`), or restart the node.',
  sources: ['https://github.com/kubernetes/kubernetes/issues/92315', documents.modes],
  impact: 'changes',
  isOfNoService: true,
  applies: ({ packets, before, after }) =>
    !hasEndpoints(before) &&
    !hasEndpoints(after) &&
    packets.every(
      ({ family, destinations }) =>
        family === 'ipv4' &&
        destinations.every(({ addresses }) => addressSets.subtract(addresses, loopback).length === 0),
    ),
  sentence: ({ before }) =>
    before.outcomes.some(({ verdict }) => verdict === 'dropped')
      ? 'Packets from elsewhere for 127.0.0.0/8 are no longer dropped by a rule'
      : 'Packets from elsewhere for 127.0.0.0/8 are dropped by a rule now',
};
