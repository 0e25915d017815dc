/** Nodes without rules of kube-proxy: what else may serve Services there. */
import type { NodeFamily } from '../../node/types.js';
import { ownerOf } from './chain-owners.js';
import { joinWords } from '../../diagnostics/words.js';

/** Why a dump has no rules of kube-proxy. */
interface AbsentProxy {
  /** A clause. */
  readonly message: string;
  /** Whether other programs may serve Services, so that it is unknown whether they work. */
  readonly isServed: boolean;
  /** What to run or to do; a sentence or a command. */
  readonly todo: string;
}

/** Programs that can replace kube-proxy, and the command that shows the Services that they serve, if it is known. */
const replacing: ReadonlyMap<string, string> = new Map([
  ['Cilium', 'kubectl -n kube-system exec ds/cilium -- cilium-dbg service list'],
  ['kube-router', 'ipvsadm -L -n'],
  ['OVN-Kubernetes', ''],
  ['Antrea', ''],
]);

/** Programs that write rules into the network namespaces of Pods, not of nodes. */
const ofPods: readonly string[] = ['Istio', 'Linkerd'];

/** Undefined if a family has rules of kube-proxy, or if nothing was read. */
export function absentProxy(families: readonly NodeFamily[]): AbsentProxy | undefined {
  if (families.length === 0 || families.some(({ mode }) => mode !== undefined)) return undefined;
  const owners = new Set<string>(
    families.flatMap(({ ruleSet }) => ruleSet.tables.flatMap(({ chains }) => chains.map(({ name }) => ownerOf(name)))),
  );
  const absent = 'the dump has no rules of kube-proxy';
  const others = [...replacing.keys()].filter((name) => owners.has(name));
  const [other] = others;
  if (other !== undefined)
    return {
      message: `${absent}, but those of ${joinWords(others)}, which can serve Services in its place`,
      isServed: true,
      todo: replacing.get(other) ?? '',
    };
  const pods = ofPods.filter((name) => owners.has(name));
  if (pods.length > 0)
    return {
      message: `${absent}, but those of ${joinWords(pods)}, which are in the network namespaces of Pods`,
      isServed: true,
      todo: 'Dump the rules of the node itself (iptables-save in its own network namespace).',
    };
  return {
    message: `${absent}: it has never run on this node, or it uses the other backend of iptables (iptables-legacy-save and iptables-nft-save show both)`,
    isServed: false,
    todo: 'kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide',
  };
}
