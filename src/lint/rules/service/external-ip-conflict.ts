import type { Path } from '../../../diagnostics/finding.js';
import { quote } from '../../../diagnostics/quote.js';
import { addressKey } from '../../model/addresses.js';
import { outerAddresses } from '../../model/balancer-addresses.js';
import { describeObject, placeOf } from '../../model/names.js';
import { isProtocol } from '../../model/ports.js';
import type { ServicePortView, ServiceView } from '../../model/service.js';
import { Claims } from '../../model/surroundings.js';
import type { LintRule } from '../../rule.js';
import { joinWords } from '../../../diagnostics/words.js';

const service = (name: string, port: number): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  externalIPs:
  - 203.0.113.10
  selector:
    app: ${name}
  ports:
  - name: http
    port: ${port}
`;

export const externalIPConflict: LintRule = {
  id: 'service/external-ip-conflict',
  severity: 'error',
  documentation: {
    summary: 'Two Services claim one external address, protocol and port',
    why: `The API server does not compare the external addresses of Services. When two claim one (address, protocol,
port), kube-proxy writes two rules that match the same packets, and the first one in the chain takes them all. Which one
is first follows from the order in which that node's kube-proxy sorts and syncs; after a restart or on another node it
may be the other. So clients reach one application or the other, depending on the node, and one of the two Services is
dead there.

Compared are \`externalIPs\`, \`loadBalancerIP\` and the addresses in \`status.loadBalancer\`. Sharing an address with
another port or protocol is fine.`,
    remedy: 'Give one of the two another address or another port.',
    falseAlarm:
      "Where the two Services are for different clusters, or one address is shared on purpose and by means of the load balancer (MetalLB's `allow-shared-ip` on different ports).",
    bad: `${service('web', 80)}---\n${service('search', 80)}`,
    good: `${service('web', 80)}---\n${service('search', 9200)}`,
    sources: [
      'kubernetes/kubernetes#69599',
      'https://kubernetes.io/docs/concepts/services-networking/service/#external-ips',
      'kube-proxy: one rule per external address and port in KUBE-SERVICES',
    ],
  },
  *check({ services, surroundings }) {
    const claims = new Claims<Claimed>(surroundings, ({ service }) => service.object);
    for (const service of services) {
      const claimed = new Set<string>();
      for (const { text, path } of outerAddresses(service)) {
        const address = addressKey(text);
        if (address === undefined || claimed.has(address)) continue;
        claimed.add(address);
        const taken = service.ports.flatMap((port) => heldByOther({ service, path, port }, address, claims));
        const first = taken.find(({ isCertain }) => isCertain) ?? taken[0];
        if (first === undefined) continue;
        const ports = joinWords(
          [...new Set(taken.map(({ port }) => `${port.protocol} port ${port.port ?? ''}`))].slice(0, 4),
        );
        const { holder, isCertain } = first;
        const what =
          `${quote(text)} with ${ports} is already claimed by ${describeObject(holder.service.object)} at ` +
          placeOf(holder.service.object, holder.path);
        yield {
          object: service.object,
          path,
          ...(isCertain ? {} : { severity: 'info' as const }),
          message:
            `${what}${isCertain ? ', and' : '; if one cluster gets both,'} which of the two gets the packets ` +
            'differs by node; use another address or port for one of them.',
        };
      }
    }
  },
};

/** A port of an address that a Service requests. */
interface Claimed {
  readonly service: ServiceView;
  readonly path: Path;
  readonly port: ServicePortView;
}

function heldByOther(
  claim: Claimed,
  address: string,
  claims: Claims<Claimed>,
): { port: ServicePortView; holder: Claimed; isCertain: boolean }[] {
  const { service, port } = claim;
  if (port.port === undefined || !isProtocol(port.protocol)) return [];
  const key = `${address}\0${port.protocol}\0${port.port}`;
  const found = claims.note(key, claim, (holder) => !isSame(holder.service, service));
  return found === undefined ? [] : [{ port, ...found }];
}

/** Two definitions of one Service: the later one replaces the first. */
function isSame(first: ServiceView, second: ServiceView): boolean {
  return first === second || (first.namespace === second.namespace && first.name === second.name && first.name !== '');
}
