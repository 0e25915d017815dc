import { plain } from '../../explain/words/plain.js';
import { deciderName, placeOfDecider } from '../model/decider-place.js';
import { natTable } from '../model/example-dumps.js';
import {
  connectionWords,
  groupsOfInterference,
  severityOfExtent,
  type InterferenceGroup,
} from '../model/interference.js';
import type { NodeRule } from '../rule.js';

const untracking = (condition: string): string => `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp ${condition} -j CT --notrack
COMMIT
${natTable()}`;

export const untrackedServices: NodeRule = {
  id: 'node/untracked-services',
  severity: 'error',
  documentation: {
    summary: 'A rule takes connections to Services out of connection tracking',
    why: `kube-proxy sends connections to endpoints in table nat, and the kernel consults that table for tracked connections only. A rule with NOTRACK, \`CT --notrack\` or \`notrack\` in nftables, as set up to
spare the connection table or for a busy port, keeps kube-proxy's rules from such packets: they leave for the Service's address as they are, and nobody answers there. Connections of every client are followed through all rules of the
node. The rules of NodeLocal DNSCache, which answers such packets itself, are left out.

It is an **error** where it concerns every client of an address, a **warning** where all clients outside of the cluster, and an **info** where only some.`,
    remedy:
      'Limit the rule to addresses that are none of Services (`! -d SERVICE-CIDR`), or to ports that no Service and no node port has.',
    falseAlarm: 'Where a process of the node answers at the address in place of the Service, accept the finding.',
    bad: untracking('--dport 80'),
    good: untracking('--dport 8472'),
    sources: ['net/netfilter/nf_nat_core.c, nf_nat_inet_fn', 'iptables-extensions(8), CT and NOTRACK'],
  },
  *check(context) {
    for (const family of context.families) {
      const untracked = family.interference.filter(({ effect }) => effect === 'untracks');
      for (const group of groupsOfInterference(untracked, severityOfExtent)) {
        const place = placeOfDecider(context, family, group.first.by);
        if (place === undefined) continue;
        yield { place, severity: severityOfExtent(group.first), message: messageOf(group), service: group.service };
      }
    }
  },
};

function messageOf({ first, others }: InterferenceGroup): string {
  const { by, found, where } = first;
  return (
    `${deciderName(by)} takes ${connectionWords(first)} to ${plain(found.name?.text ?? 'a Service')} (${where}) out of connection tracking ` +
    `(NOTRACK), so kube-proxy's rules do not send them to endpoints${others}; limit it to other addresses or ports.`
  );
}
