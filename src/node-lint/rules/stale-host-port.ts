import { plain } from '../../explain/words/plain.js';
import { withHostPorts } from '../model/example-host-ports.js';
import { hostPortsOfFamily, type PlacedHostPort } from '../model/host-ports.js';
import type { DumpPlace } from '../context.js';
import type { NodeRule } from '../rule.js';

export const staleHostPort: NodeRule = {
  id: 'node/stale-host-port',
  severity: 'warning',
  documentation: {
    summary: 'Two Pods have rules for one host port; the second one gets nothing',
    why: `Only one Pod of a node can have a host port, so that one of the two chains is left over from a Pod that is gone: the plugin's DEL failed or never ran (the runtime
crashed, the node was restarted, the CNI's configuration was changed in between). New chains are appended, so that the old one comes first: connections go to the address of the
Pod that is gone, and the running one gets none.`,
    remedy:
      'Remove the rule of CNI-HOSTPORT-DNAT that leads to the chain of the Pod that is gone, then the chain (`iptables -t nat -D`, `-F`, `-X`).',
    bad: withHostPorts([8080, 'a', '10.244.1.20:80'], [8080, 'b', '10.244.1.31:80']),
    good: withHostPorts([8080, 'a', '10.244.1.20:80'], [8081, 'b', '10.244.1.31:80']),
    sources: [
      'https://www.cni.dev/plugins/current/meta/portmap/',
      'containernetworking/plugins, plugins/meta/portmap/portmap_iptables.go (rules are appended)',
    ],
  },
  *check(context) {
    for (const family of context.families) {
      const first = new Map<string, PlacedHostPort>();
      for (const hostPort of hostPortsOfFamily(context, family).filter(({ isPods }) => isPods)) {
        const { protocol, port, address, to, owner, place } = hostPort;
        const key = `${protocol} ${port}`;
        const before = first.get(`${key} `) ?? (address === undefined ? undefined : first.get(`${key} ${address}`));
        if (before === undefined) first.set(`${key} ${address ?? ''}`, hostPort);
        // Leftovers with the address of the present Pod take nothing from it.
        else if (before.owner !== owner && before.to !== to)
          yield {
            place,
            message:
              `Host port ${port}/${protocol} is sent to ${plain(before.to)} by ${placeWords(before, place)} already, so that ${plain(to)} gets nothing: ` +
              `one of the two ${before.found === undefined ? 'rules' : 'chains'} is of a Pod that is gone; remove it.`,
          };
      }
    }
  },
};

/** A chain of its own, or a rule among others. */
function placeWords({ found, chain, place: { line, file } }: PlacedHostPort, other: DumpPlace): string {
  return found === undefined && file === other.file ? `the rule of line ${line}` : plain(chain);
}
