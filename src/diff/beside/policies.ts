import { ownerOf } from '../../proxy/service-port.js';
import { selects } from '../../cluster/values.js';
import type { ClusterPod, EndpointSlice, Service } from '../../cluster/types.js';
import { plain } from '../../explain/words/plain.js';
import { askClients, type ClientAnswer } from '../../policy/clients.js';
import { readPolicies } from '../../policy/read.js';
import type { PolicySet } from '../../policy/types.js';
import { knownPods, podWords } from '../../targets/directory.js';
import type { BesideDifference, BesideSide } from './types.js';
import { groupBy } from '../../diagnostics/groups.js';
import { joinWords, someOf } from '../../diagnostics/words.js';

/** Clients that NetworkPolicies allow to connect to a Service's Pods on one side only. */
export function policyDifferences(before: BesideSide, after: BesideSide): BesideDifference[] {
  const [was, is] = [readPolicies(before.directory.objects), readPolicies(after.directory.objects)];
  if (was.policies.length + is.policies.length === 0) return [];
  const others = new Map(after.cluster.services.map((service) => [nameOf(service), service]));
  const [asksBefore, asksAfter] = [new Asking(was, before), new Asking(is, after)];
  const areAlike = asksBefore.everybody() === asksAfter.everybody();
  return before.cluster.services.flatMap((service) => {
    const other = others.get(nameOf(service));
    if (other === undefined) return [];
    if (areAlike && asksBefore.ports(service) === asksAfter.ports(other)) return [];
    const pairs = paired(asksBefore.answers(service), asksAfter.answers(other));
    return [...grouped(pairs)].map(([, group]) => differenceOf(nameOf(service), group));
  });
}

interface Pair {
  readonly was: ClientAnswer;
  readonly is: ClientAnswer;
}

/** Different answers for the same client and port of the Service. */
function paired(before: ReadonlyMap<string, ClientAnswer>, after: ReadonlyMap<string, ClientAnswer>): Pair[] {
  return [...before].flatMap(([key, was]) => {
    const is = after.get(key);
    return is === undefined || is.allowed === was.allowed ? [] : [{ was, is }];
  });
}

function grouped(pairs: readonly Pair[]): Map<string, Pair[]> {
  return groupBy(pairs, (pair) => `${severityOf(pair)} ${decisive(pair).words}`);
}

function differenceOf(service: string, group: readonly Pair[]): BesideDifference {
  const [first] = group;
  const severity = first === undefined ? 'changes' : severityOf(first);
  const clients = someOf([...new Set(group.map(({ is }) => is.client))], 4);
  const ports = joinWords([...new Set(group.map(({ is: { port } }) => `${port.port}/${port.protocol}`))]);
  const words = first === undefined ? '' : decisive(first).words;
  const what =
    severity === 'stops'
      ? 'no longer allow these'
      : severity === 'starts'
        ? 'now allow these'
        : 'allow these or not, depending on labels that the inputs do not contain';
  return {
    kind: 'policy',
    service,
    severity,
    sentence: `NetworkPolicies ${what} at port ${ports}: ${clients} (${plain(words, 200)})`,
  };
}

/** `changes` if it is undecided on a side, unless the second side certainly blocks the clients. */
function severityOf({ was, is }: Pair): BesideDifference['severity'] {
  if (is.allowed === undefined || was.allowed === undefined) return is.allowed === false ? 'stops' : 'changes';
  return is.allowed ? 'starts' : 'stops';
}

/** The side with the policies to name: removed policies leave no text. */
function decisive({ was, is }: Pair): ClientAnswer {
  return is.ingress.selecting.length === 0 && is.allowed === true ? { ...is, words: `before: ${was.words}` } : is;
}

/** One side's policies, with Pods and slices indexed for lookups. */
class Asking {
  private readonly pods: ReadonlyMap<string, readonly ClusterPod[]>;
  private readonly slices: ReadonlyMap<string, readonly EndpointSlice[]>;

  constructor(
    private readonly set: PolicySet,
    private readonly side: BesideSide,
  ) {
    this.pods = groupBy(knownPods(side.directory), ({ namespace }) => namespace);
    this.slices = groupBy(side.cluster.endpointSlices, ownerOf);
  }

  /** A key that is equal if policies, Pods and namespaces are equal except for addresses. */
  everybody(): string {
    const pods = [...this.pods.values()].flat();
    const namespaces = new Set(pods.map(({ namespace }) => namespace));
    return JSON.stringify([
      this.set.policies.map(({ namespace, name, object }) => [namespace, name, object.value.spec]),
      [...namespaces].map((name) => [name, [...this.set.labelsOfNamespace(name).labels]]),
      [...new Set(pods.map((pod) => JSON.stringify([pod.namespace, podWords(pod), pod.labels, pod.hostNetwork])))],
    ]);
  }

  /** The ports of a Service's endpoints, and its selector, as text. */
  ports(service: Service): string {
    return JSON.stringify([service.selector, this.slicesOf(service).map(({ ports }) => ports)]);
  }

  answers(service: Service): Map<string, ClientAnswer> {
    const { selector, namespace } = service;
    if (selector === undefined) return new Map();
    const pods = (this.pods.get(namespace) ?? []).filter(({ labels }) => selects(selector, labels));
    const answers = askClients(this.set, this.side.directory, pods, this.slicesOf(service));
    return new Map(answers.map((answer) => [`${answer.client} ${answer.port.protocol} ${answer.port.name}`, answer]));
  }

  private slicesOf(service: Service): readonly EndpointSlice[] {
    return this.slices.get(nameOf(service)) ?? [];
  }
}

function nameOf({ namespace, name }: Service): string {
  return `${namespace}/${name}`;
}
