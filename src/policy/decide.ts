/**
 * Evaluates NetworkPolicies (kubernetes.io/docs/concepts/services-networking/network-policies). A Pod that no policy
 * selects in a direction accepts everything; otherwise it accepts what any rule of any selecting policy allows. Both
 * ends must allow a connection. Replies need no rule. Whether policies are enforced depends on the CNI plugin.
 */
import { admits, selectsPod, type Destination } from './peers.js';
import type { Direction, Party, Policy, PolicyDecision, PolicyPort, PolicySet } from './types.js';

/** The decision of the destination Pod's policies. `from`: the client as the Pod sees it. */
export function decideIngress(set: PolicySet, to: Destination, from: Party): PolicyDecision {
  return decide('ingress', set, { pod: to.pod, address: undefined, nodeName: '' }, from, to);
}

/** The decision of the sender's policies. `other`: the destination after translation. */
export function decideEgress(set: PolicySet, sender: Party, other: Party, to: Destination): PolicyDecision {
  return decide('egress', set, sender, other, to);
}

function decide(direction: Direction, set: PolicySet, own: Party, other: Party, to: Destination): PolicyDecision {
  const { pod } = own;
  const selecting =
    pod === undefined ? [] : set.policies.filter((one) => one.isolates[direction] && selectsPod(one, pod));
  const base = { direction, selecting };
  const free = freeWords(direction, own, other, selecting);
  if (free !== undefined) return { ...base, allowed: true, by: undefined, words: free };
  let isOpen = false;
  for (const policy of selecting)
    for (const [index, rule] of policy[direction].entries()) {
      const answer = admits(rule, policy, other, to, set);
      if (answer === true) {
        const by = { policy, rule: index + 1 };
        return { ...base, allowed: true, by, words: `${words(policy)} (${direction} rule ${index + 1}) allows it` };
      }
      isOpen ||= answer === undefined;
    }
  const names = selecting.map(words).join(', ');
  if (isOpen)
    return {
      ...base,
      allowed: undefined,
      by: undefined,
      words: `${names}: it depends on labels of its namespace, which the inputs do not contain`,
    };
  const others = otherPorts(direction, selecting, other, to, set);
  const why =
    others.length === 0 ? `no ${direction} rule allows it` : `only ${others.join(', ')} allowed, not ${to.port}`;
  return { ...base, allowed: false, by: undefined, words: `${names}: ${why}` };
}

/** The ports at which the same client would be allowed: policies contain the Pod's ports, not the Service's. */
function otherPorts(
  direction: Direction,
  selecting: readonly Policy[],
  other: Party,
  to: Destination,
  set: PolicySet,
): string[] {
  const ports = selecting.flatMap((policy) =>
    policy[direction]
      .filter((rule) => admits({ ...rule, ports: undefined }, policy, other, to, set) === true)
      .flatMap((rule) => rule.ports?.map(portWords) ?? []),
  );
  return [...new Set(ports)].slice(0, 5);
}

function portWords({ protocol, port, endPort }: PolicyPort): string {
  const range = endPort === undefined ? String(port ?? 'all') : `${String(port)}-${endPort}`;
  return `${port === undefined ? `all ${protocol}` : `port ${range}`}${protocol === 'TCP' || port === undefined ? '' : `/${protocol}`}`;
}

/** Why no rule applies. */
function freeWords(direction: Direction, own: Party, other: Party, selecting: readonly Policy[]): string | undefined {
  if (selecting.length === 0) return `no NetworkPolicy isolates it for ${direction}`;
  if (own.pod === other.pod) return 'a Pod may always reach itself';
  if (other.nodeName !== '' && other.nodeName === own.pod?.nodeName)
    return 'the node that a Pod runs on may always reach it, whatever its policies say';
  return undefined;
}

function words({ namespace, name }: Policy): string {
  return `NetworkPolicy ${namespace}/${name}`;
}
