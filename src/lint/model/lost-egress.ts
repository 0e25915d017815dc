import type { Path } from '../../diagnostics/finding.js';
import { groupBy } from '../../diagnostics/groups.js';
import type { LintContext } from '../context.js';
import { labelsAt, listAt } from '../values.js';
import { isPort, podsAt, type Isolation } from './isolated.js';
import { matchesLabelSelector } from './label-selector.js';
import type { Policy, PolicyPeer, PolicyPort, PolicyRule } from './policy.js';
import { selectingServices, type SelectingService } from './selected.js';
import { findNamedPort, targetOf } from './serving-ports.js';
import type { ServicePortView } from './service.js';
import type { WorkloadView } from './workload.js';

/** A port of a Service, and the other number that it has in the Service's Pods. */
interface Sender extends SelectingService {
  readonly port: ServicePortView;
  readonly target: number;
}

/** An entry for egress with the number of a Service, which sends to another one. */
export interface LostEgress {
  readonly policy: Policy;
  readonly path: Path;
  readonly sender: Sender;
}

/**
 * The ports of policies for egress that are the number of a Service instead of that of its Pods. The peers are Pods by
 * their labels, no container declares the number, and no rule of the namespace admits the right one to them.
 */
export function lostEgress(context: LintContext, { policies }: Isolation): LostEgress[] {
  const leaving = policies.filter(({ isolates, egress }) => isolates.egress && egress.length > 0);
  if (leaving.length === 0) return [];
  const senders = groupBy(selectingServices(context).flatMap(sendersOf), ({ selected: [first] }) => first);
  const admitted = new AdmittedPorts(leaving);
  return leaving.flatMap((policy) =>
    policy.egress.flatMap(({ path, peers = [], ports = [] }) => {
      const pods = new Set(peers.flatMap((peer) => podsOf(context, policy, peer)));
      const asked = [...pods].flatMap((workload) => senders.get(workload) ?? []);
      return ports.flatMap((port, index) => {
        const sender = asked.find(
          (one) =>
            isOnly(port, one.port) &&
            one.selected.every((workload) => pods.has(workload)) &&
            !admitted.has(policy.namespace, one),
        );
        return sender === undefined ? [] : [{ policy, path: [...path, 'ports', index, 'port'], sender }];
      });
    }),
  );
}

/** Whether a port of a policy is the number of a Service's port, and no range. */
function isOnly({ protocol, port, endPort }: PolicyPort, { port: number, protocol: sent }: ServicePortView): boolean {
  return port === number && protocol === sent && (endPort ?? port) === port;
}

/** The ports of a Service that send to one other number, where its own number is neither declared nor sent to. */
function sendersOf(selecting: SelectingService): Sender[] {
  const { service, selected } = selecting;
  const targets = service.ports.map((port) => numbersOf(port, selected));
  const used = new Set([
    ...targets.flatMap((numbers) => [...numbers]),
    ...selected.flatMap(({ containers }) => containers.flatMap(({ ports }) => ports.map((one) => one.containerPort))),
  ]);
  return service.ports.flatMap((port, index) => {
    const [target, ...more] = targets[index] ?? [];
    const isKnown = target !== undefined && more.length === 0 && port.port !== undefined && !used.has(port.port);
    return isKnown ? [{ ...selecting, port, target }] : [];
  });
}

function numbersOf(port: ServicePortView, selected: readonly WorkloadView[]): ReadonlySet<number | undefined> {
  const target = targetOf(port);
  return new Set(
    selected.map((workload) => (typeof target === 'string' ? findNamedPort(workload, target, port.protocol) : target)),
  );
}

/** The workloads that a peer chooses by their labels, in its policy's namespace or in one that it names. */
function podsOf(context: LintContext, { namespace, object }: Policy, peer: PolicyPeer): readonly WorkloadView[] {
  if (peer.kind !== 'selector' || peer.podSelector === undefined || isEmpty(object, peer.podSelector)) return [];
  if (peer.namespaceSelector === undefined) return podsAt(context, namespace, object, peer.podSelector);
  const [named, ...others] = labelsAt(object, [...peer.namespaceSelector, 'matchLabels']);
  const isName = named?.[0] === 'kubernetes.io/metadata.name' && others.length === 0;
  return isName ? podsAt(context, named[1], object, peer.podSelector) : [];
}

function isEmpty(object: Policy['object'], path: Path): boolean {
  return (
    labelsAt(object, [...path, 'matchLabels']).size === 0 &&
    listAt(object.value, ...path, 'matchExpressions').length === 0
  );
}

/** Which ports of Services may be admitted by some policy of a namespace; each is looked up once. */
class AdmittedPorts {
  readonly #rules: ReadonlyMap<string, readonly Policy[]>;
  readonly #known = new Map<string, Map<Sender, boolean>>();

  constructor(policies: readonly Policy[]) {
    this.#rules = groupBy(policies, ({ namespace }) => namespace);
  }

  has(namespace: string, sender: Sender): boolean {
    const known = this.#known.get(namespace) ?? new Map<Sender, boolean>();
    this.#known.set(namespace, known);
    let may = known.get(sender);
    if (may === undefined) {
      const policies = this.#rules.get(namespace) ?? [];
      may = policies.some((policy) => policy.egress.some((rule) => mayAdmit(policy, rule, sender)));
      known.set(sender, may);
    }
    return may;
  }
}

/** Whether a rule admits the Pods' own port to these Pods, or to something that may contain them. */
function mayAdmit({ object }: Policy, { peers, ports }: PolicyRule, { port, target, selected }: Sender): boolean {
  const wanted = { protocol: port.protocol, port: target };
  const isPeer = peers?.some(
    (peer) => peer.kind === 'ipBlock' || peer.podSelector === undefined || isChosen(selected, object, peer.podSelector),
  );
  const isAdmitted = ports?.some(
    (one) => typeof one.port === 'string' || selected.some((workload) => isPort(one, wanted, workload)),
  );
  return isPeer !== false && isAdmitted !== false;
}

function isChosen(workloads: readonly WorkloadView[], object: Policy['object'], selector: Path): boolean {
  return workloads.some(({ labels }) => matchesLabelSelector(object, selector, false, labels));
}
