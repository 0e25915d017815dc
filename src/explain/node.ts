import { givenNodes, isKnownNode } from '../cluster/made-up.js';
import type { Cluster, Node } from '../cluster/types.js';
import { parsePrefix, prefixContains, type Family } from '../net/address.js';
import { kubeProxyTable, type KubeProxyTable } from '../nftables/services/kube-proxy-table.js';
import { detectorOfTable, nodePortAnswer } from '../nftables/services/node-rules.js';
import { addressOfNode, familyOfNode } from '../node/ask.js';
import type { NodeFamily, NodeModel } from '../node/types.js';
import type { ServicePortState } from '../proxy/state.js';
import { TableAnswers } from './nftables/answers.js';
import { TableNaming } from './nftables/naming.js';
import { TableIndex } from './nftables/table-index.js';
import { ChainNaming } from './rules/chain-words.js';
import type { FoundServicePort } from './rules/discover.js';
import { discoverServices } from './rules/discover-services.js';
import { isUserspace } from './rules/eras.js';
import { nodePortReach, type NodePortReach } from './rules/node-ports.js';
import { RuleIndex } from './rules/rule-index.js';
import {
  detectorOf,
  knownPods,
  placesOfRules,
  placesOfState,
  type KnownPods,
  type Places,
  type PodDetector,
} from './traffic/clients.js';
import { makeTrafficContext, type TrafficContext } from './traffic/context.js';
import { podInterfaceOfHost } from './traffic/pod-range.js';
import { asProcessSees } from '../userspace/process.js';
import type { Knowledge } from './types.js';

/** The rules of one family, with everything that explaining looks up in them. */
export interface FamilyView {
  readonly family: Family;
  readonly rules: NodeFamily;
  readonly index: RuleIndex;
  readonly found: readonly FoundServicePort[];
  readonly naming: ChainNaming;
  readonly traffic: TrafficContext;
  readonly places: Places;
  readonly reach: NodePortReach | undefined;
  /** The tables of nftables. */
  readonly tables: readonly TableNaming[];
  /** The answers about Services from nftables, if these serve them. */
  readonly answers: TableAnswers | undefined;
  /** The manifests' data about service ports, by `name protocol`. */
  readonly states: ReadonlyMap<string, ServicePortState>;
}

const viewed = new WeakMap<object, readonly FamilyView[]>();

/** Prepares each family's rules, once for each node: takes time in proportion to the rules. */
export function viewFamilies(knowledge: Knowledge): readonly FamilyView[] {
  const key = knowledge.names === undefined ? knowledge.node : knowledge;
  const known = viewed.get(key) ?? knowledge.node.families.map((rules) => viewFamily(rules, knowledge));
  viewed.set(key, known);
  return known;
}

function viewFamily(rules: NodeFamily, knowledge: Knowledge): FamilyView {
  const { ruleSet, state } = rules;
  const index = new RuleIndex(ruleSet);
  const asSeen = isUserspace(index) ? asProcessSees : (one: ServicePortState): ServicePortState => one;
  const named = state?.servicePorts ?? [];
  const found = discoverServices(rules, index, named, knowledge.names);
  const tables = (rules.nftables ?? []).map((table) => new TableNaming(new TableIndex(table)));
  const answers = answersOf(rules, tables);
  return {
    family: ruleSet.family,
    rules,
    index,
    found,
    naming: new ChainNaming(index, found),
    traffic: makeTrafficContext(rules, knowledge.node.host),
    places: placesOf(rules, podsOf(index, answers?.table, knowledge.node), knowledge.node),
    reach: answers === undefined ? nodePortReach(index) : nodePortAnswer(answers.table),
    tables,
    answers,
    states: new Map(
      named
        .map((servicePort) => [`${servicePort.name} ${servicePort.protocol}`, state?.stateOf(servicePort)] as const)
        .flatMap(([key, one]) => (one === undefined ? [] : [[key, asSeen(one)] as const])),
    ),
  };
}

function answersOf(rules: NodeFamily, tables: readonly TableNaming[]): TableAnswers | undefined {
  const own = kubeProxyTable(rules);
  const naming = tables.find(({ index }) => index.table === own?.table);
  return own === undefined || naming === undefined ? undefined : new TableAnswers(own, naming);
}

/** How Pods are recognised: from the rules; if rules contain no interface, the interface comes from the host facts. */
function podsOf(index: RuleIndex, table: KubeProxyTable | undefined, { host }: NodeModel): KnownPods {
  const pods = knownPods(table === undefined ? detectorOf(index) : detectorOfTable(table), index);
  return { ...pods, podInterface: pods.podInterface ?? podInterfaceOfHost(host, pods.podRange) };
}

/**
 * The locations of a node's clients, as far as its inputs show them; undefined if they contain nothing of the family.
 */
export function placesOnNode(node: NodeModel, family: Family): Places | undefined {
  const rules = familyOfNode(node, family);
  if (rules === undefined) return undefined;
  return placesOf(rules, podsOf(new RuleIndex(rules.ruleSet), kubeProxyTable(rules), node), node);
}

/**
 * The rules of a dump, not the manifests given with it, determine who counts as a Pod; filled-in Pod ranges belong to
 * no real node.
 */
function placesOf({ family, state }: NodeFamily, byRules: KnownPods, node: NodeModel): Places {
  const nodeAddress = addressOfNode(node, family);
  const cluster = node.completed?.cluster;
  const isDump = node.source === 'dump';
  if (state === undefined) return placesOfRules(family, byRules, nodeAddress);
  const places = placesOfState(
    state,
    cluster === undefined ? [] : isDump ? givenNodes(cluster) : nodesWithin(cluster, state.localDetector),
  );
  return isDump ? { ...places, ...byRules, nodeAddress } : places;
}

/** Nodes without filled-in Pod ranges outside the range by which kube-proxy recognises Pods. */
function nodesWithin(cluster: Cluster, detector: PodDetector | undefined): readonly Node[] {
  const range = detector?.kind === 'sourcePrefix' ? parsePrefix(detector.prefix) : undefined;
  if (range === undefined) return cluster.nodes;
  const given = new Set(
    givenNodes(cluster)
      .filter(({ podCIDRs }) => podCIDRs.length > 0)
      .map(({ name }) => name),
  );
  const isWithin = (text: string): boolean => {
    const prefix = parsePrefix(text);
    return prefix !== undefined && (prefix.family !== range.family || prefixContains(range, prefix));
  };
  return cluster.nodes.map((node) =>
    given.has(node.name) ? node : { ...node, podCIDRs: node.podCIDRs.filter(isWithin) },
  );
}

/** The node's name; `''` if unknown: a dump never belongs to a filled-in node. */
export function nodeNameOf({ node: { source, completed } }: Knowledge): string {
  if (completed === undefined) return '';
  const name = completed.options.nodeName;
  return source === 'dump' && !isKnownNode(completed.cluster, name) ? '' : name;
}
