import { quote } from '../../../diagnostics/quote.js';
import { parseAddress, parsePrefix } from '../../../net/address.js';
import type { LintContext } from '../../context.js';
import { addressKey } from '../../model/addresses.js';
import { statusAddresses } from '../../model/balancer-addresses.js';
import { describeObject } from '../../model/names.js';
import { PrefixIndex } from '../../model/prefix-index.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';
import { listAt, placedTextsAt, stringAt } from '../../values.js';

const service = (externalIP: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  externalIPs:
  - ${externalIP}
  selector:
    app: web
  ports:
  - name: http
    port: 80
`;

export const externalIPHijack: LintRule = {
  id: 'service/external-ip-hijack',
  severity: 'warning',
  documentation: {
    summary: 'An externalIP is an address of the cluster itself: of another Service, a Pod or a node',
    why: `For every externalIP kube-proxy writes a rule, on every node, that takes packets for that address and port and
sends them to the Service's Pods, wherever they were meant to go. Nobody checks that the address is the author's: with
the cluster IP of the DNS Service, a Pod's or a node's address, traffic of other people's clients ends up in these Pods
(CVE-2020-8554). Where the other Service has a rule for the same port too, which of them wins differs by node.

The ranges known are those of \`--service-cidr\`, the podCIDRs and InternalIPs of Nodes in the set, and the cluster IPs
and balancer addresses (in \`status\`) of other Services. Two Services that claim one balancer address with one port are
left to \`service/external-ip-conflict\`.`,
    remedy:
      'Use an address that is routed to the nodes for this purpose and belongs to nothing else. ' +
      'Cluster administrators can forbid others with an admission policy.',
    falseAlarm: 'Where the address is meant to be answered by the cluster, and the people who run it know that.',
    bad: service('10.96.0.10'),
    good: service('203.0.113.10'),
    exampleArguments: ['--service-cidr', '10.96.0.0/12'],
    sources: [
      'CVE-2020-8554, kubernetes/kubernetes#97076',
      'https://kubernetes.io/docs/concepts/services-networking/service/#external-ips',
    ],
  },
  *check(context) {
    const used = context.services.filter(
      ({ externalIPs, isHeadless, isExternalName }) => externalIPs.length > 0 && !isHeadless && !isExternalName,
    );
    if (used.length === 0) return;
    const known = new ClusterAddresses(context);
    for (const service of used) {
      for (const { text, path } of service.externalIPs) {
        const owner = known.ownerOf(text, service);
        if (owner !== undefined)
          yield {
            object: service.object,
            path,
            message:
              `External IP ${quote(text)} is ${owner}, so every node sends packets meant for it to this Service's ` +
              'Pods instead; use an address that belongs to nothing else.',
          };
      }
    }
  },
};

const balancerAddress = 'load balancer address';

/** Addresses in use according to the set and the command line. */
class ClusterAddresses {
  readonly #ofServices = new Map<string, { service: ServiceView; what: string }[]>();
  readonly #ofNodes = new Map<string, string>();
  readonly #ranges = new PrefixIndex<string>();

  constructor(context: LintContext) {
    for (const service of context.services) this.#addService(service);
    for (const node of context.ofKind('Node')) {
      for (const address of listAt(node.value, 'status', 'addresses')) {
        const key =
          stringAt(address, 'type') === 'InternalIP' ? addressKey(stringAt(address, 'address') ?? '') : undefined;
        if (key !== undefined) this.#ofNodes.set(key, `the InternalIP of Node ${quote(node.name)}`);
      }
      for (const text of [
        stringAt(node.value, 'spec', 'podCIDR') ?? '',
        ...placedTextsAt(node.value, 'spec', 'podCIDRs').map((placed) => placed.text),
      ]) {
        const prefix = parsePrefix(text);
        if (prefix !== undefined) this.#ranges.add(prefix, `in the Pod range of Node ${quote(node.name)}`);
      }
    }
    for (const prefix of context.facts.serviceCIDRs) this.#ranges.add(prefix, 'in the range of cluster IPs');
  }

  #addService(service: ServiceView): void {
    const owned = [
      ...service.clusterIPs.map(({ text }) => ({ text, what: 'cluster IP' })),
      ...statusAddresses(service).map(({ text }) => ({ text, what: balancerAddress })),
    ];
    for (const { text, what } of owned) {
      const key = addressKey(text);
      const owners = key === undefined ? undefined : (this.#ofServices.get(key) ?? []);
      if (key === undefined || owners === undefined || owners.length > 1) continue;
      owners.push({ service, what });
      this.#ofServices.set(key, owners);
    }
  }

  ownerOf(text: string, claimant: ServiceView): string | undefined {
    const key = addressKey(text);
    if (key === undefined) return undefined;
    const other = this.#ofServices
      .get(key)
      ?.find(
        ({ service, what }) =>
          (service.namespace !== claimant.namespace || service.name !== claimant.name) &&
          !(what === balancerAddress && havePortInCommon(service, claimant)),
      );
    if (other !== undefined) return `the ${other.what} of ${describeObject(other.service.object)}`;
    const address = parseAddress(text);
    return this.#ofNodes.get(key) ?? (address === undefined ? undefined : this.#ranges.find(address));
  }
}

/** In this case `service/external-ip-conflict` reports the worse problem. */
function havePortInCommon(first: ServiceView, second: ServiceView): boolean {
  return first.ports.some(
    ({ protocol, port }) =>
      port !== undefined && second.ports.some((other) => other.protocol === protocol && other.port === port),
  );
}
