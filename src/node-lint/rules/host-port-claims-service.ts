import type { FoundServicePort } from '../../explain/rules/discover.js';
import { jumpsTo } from '../../explain/rules/rule-index.js';
import type { FamilyContext } from '../context.js';
import { plain } from '../../explain/words/plain.js';
import { withHostPorts } from '../model/example-host-ports.js';
import { hostPortsOfFamily, type PlacedHostPort } from '../model/host-ports.js';
import { serviceOfPort } from '../model/services.js';
import type { NodeRule } from '../rule.js';

const nodePort = (text: string): string =>
  text.replace(':KUBE-POSTROUTING', ':KUBE-NODEPORTS - [0:0]\n:KUBE-POSTROUTING').replace(
    '\nCOMMIT',
    `
-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j KUBE-SVC-67NZLRHBNDSAWJRO
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
COMMIT`,
  );

export const hostPortClaimsService: NodeRule = {
  id: 'node/host-port-claims-service',
  severity: 'warning',
  documentation: {
    summary: 'A host port of a Pod is the node port of a Service',
    why: `Both want the same port of the node, and the first jump in PREROUTING wins: usually kube-proxy's, so that the Pod with the \`hostPort\` gets nothing; after a restart of the
CNI it may be the other one, so that the Service's node port answers from that Pod on this node and from its own Pods on all others. Nothing refuses such a pair: the API server does not
compare host ports with node ports. In IPVS mode the Pod wins always, as virtual servers come after PREROUTING. Between the tables
that kube-proxy and the plugin portmap write with nft, the one that was made last wins.`,
    remedy:
      'Choose a `hostPort` outside of the range of node ports (30000 to 32767 unless configured otherwise), or reach the Pod by its Service.',
    bad: nodePort(withHostPorts([30080, 'a', '10.244.1.20:80'])),
    good: nodePort(withHostPorts([8080, 'a', '10.244.1.20:80'])),
    sources: ['kubernetes/kubernetes#23920', 'https://www.cni.dev/plugins/current/meta/portmap/'],
  },
  *check(context) {
    for (const family of context.families) {
      const byPort = new Map<string, PlacedHostPort>();
      for (const hostPort of hostPortsOfFamily(context, family))
        byPort.set(`${hostPort.protocol} ${hostPort.port}`, hostPort);
      if (byPort.size === 0) continue;
      for (const found of family.services)
        for (const { kind, port } of found.addresses) {
          const hostPort = kind === 'nodePort' ? byPort.get(`${found.protocol} ${port}`) : undefined;
          if (hostPort === undefined) continue;
          const name = found.name?.text ?? 'a Service';
          const who = hostPort.isPods ? 'Pod' : 'container';
          const wins = isServiceFirst(family, found, hostPort);
          yield {
            place: hostPort.place,
            message:
              `Host port ${port}/${found.protocol} of the ${who} at ${plain(hostPort.to)} is the node port of ${plain(name)}: ` +
              `${wins ? `the Service gets all connections, the ${who} none` : `the ${who} gets all connections, the Service none on this node`}; choose another ${hostPort.isPods ? 'hostPort' : 'port to publish'}.`,
            service: serviceOfPort(found),
          };
        }
    }
  },
};

/**
 * Whether connections reach the Service: by their outcome if they were walked, else by the order of the jumps in
 * PREROUTING. Virtual servers come after all of PREROUTING.
 */
function isServiceFirst(
  { index, interference, content }: FamilyContext,
  service: FoundServicePort,
  { found, chain }: PlacedHostPort,
): boolean {
  const isTaken = interference.some(
    (one) => one.found === service && one.kind === 'nodePort' && one.by.chain === chain,
  );
  if (isTaken || content.virtualServers.length > 0) return false;
  if (found === undefined) return true;
  const order = (index.chain('nat', 'PREROUTING')?.rules ?? []).map(jumpsTo);
  const [services, hostPorts] = [order.indexOf('KUBE-SERVICES'), order.indexOf(found.entry)];
  return services >= 0 && (hostPorts < 0 || services < hostPorts);
}
