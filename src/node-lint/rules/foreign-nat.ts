import type { Interference } from '../../explain/interference.js';
import { plain } from '../../explain/words/plain.js';
import type { FamilyContext, NodeContext } from '../context.js';
import { deciderName, placeOfDecider } from '../model/decider-place.js';
import { natTable } from '../model/example-dumps.js';
import { hostPortsOfFamily } from '../model/host-ports.js';
import {
  connectionWords,
  groupsOfInterference,
  severityOfExtent,
  type InterferenceGroup,
} from '../model/interference.js';
import type { NodeRule } from '../rule.js';

const redirect = (condition: string): string =>
  natTable((rules) => [`-A PREROUTING${condition} -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128`, ...rules]);

export const foreignNat: NodeRule = {
  id: 'node/foreign-nat',
  severity: 'error',
  documentation: {
    summary: 'A rule of another program sends what is for a Service somewhere else',
    why: `The destination of a connection is rewritten once, by the first rule that does. A DNAT or REDIRECT before kube-proxy's rules (of a transparent proxy, of a port that was published by hand, of an
old router set-up) and asks for the same port takes the connections to Services with that port, too: they arrive at its target, and no Pod of the Service sees them. In IPVS mode cluster IPs are addresses of
the node, so that rules for the node's own addresses (\`--dst-type LOCAL\`, as Docker and portmap write them) take them, too, where they come before the jump to KUBE-SERVICES. Connections of every client are followed through all rules of the node.

It is an **error** where every client of an address is sent elsewhere, a **warning** where all clients outside of the cluster are, and an **info** where only some are.`,
    remedy:
      'Limit the rule to the addresses that it is for (`-d ADDRESS`, `! -d SERVICE-CIDR`), or let it use a port that no Service has.',
    falseAlarm: 'Where a proxy or a cache on the node is meant to answer in place of the Service, accept the finding.',
    bad: redirect(''),
    good: redirect(' ! -d 10.96.0.0/12'),
    sources: ['net/netfilter/nf_nat_core.c, nf_nat_inet_fn', 'iptables-extensions(8), DNAT and REDIRECT'],
  },
  *check(context) {
    for (const family of context.families) {
      const taken = family.interference.filter(
        (one) => one.effect === 'sendsElsewhere' && !isOfHostPort(context, family, one),
      );
      for (const group of groupsOfInterference(taken, severityOfExtent)) {
        const place = placeOfDecider(context, family, group.first.by);
        if (place === undefined) continue;
        yield { place, severity: severityOfExtent(group.first), message: messageOf(group), service: group.service };
      }
    }
  },
};

/** node/host-port-claims-service reports these for node ports. */
function isOfHostPort(context: NodeContext, family: FamilyContext, { kind, by }: Interference): boolean {
  return (
    kind === 'nodePort' &&
    hostPortsOfFamily(context, family).some(
      ({ chain, found }) => chain === by.chain && (found === undefined || found.placed.number === by.rule),
    )
  );
}

function messageOf({ first, others }: InterferenceGroup): string {
  const { by, endpoint, found, where } = first;
  return (
    `${deciderName(by)} sends ${connectionWords(first)} to ${plain(found.name?.text ?? 'a Service')} (${where}) to ${plain(endpoint)} instead, ` +
    `before kube-proxy's rules${others}; limit it to the addresses that it is for.`
  );
}
