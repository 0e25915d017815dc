import { givenNodes, isKnownNode } from '../cluster/made-up.js';
import type { Cluster, Node } from '../cluster/types.js';
import { parsePrefix, prefixContains, type Family } from '../net/address.js';
import type { ServicePortState } from '../proxy/state.js';
import { ChainNaming } from './rules/chain-words.js';
import { discoverServicePorts, type FoundServicePort } from './rules/discover.js';
import { discoverVirtualServers } from './rules/discover-ipvs.js';
import { nodePortReach, type NodePortReach } from './rules/node-ports.js';
import { RuleIndex } from './rules/rule-index.js';
import { detectorOf, placesOfRules, placesOfState, type Places, type PodDetector } from './traffic/clients.js';
import { setContents } from './traffic/evaluate.js';
import { makeGround, type Ground } from './traffic/traffic.js';
import type { FamilyRules, Knowledge } from './types.js';

/** The rules of one family, with everything that explaining looks up in them. */
export interface FamilyView {
  readonly family: Family;
  readonly rules: FamilyRules;
  readonly index: RuleIndex;
  readonly found: readonly FoundServicePort[];
  readonly naming: ChainNaming;
  readonly ground: Ground;
  readonly places: Places;
  readonly reach: NodePortReach | undefined;
  /** What manifests say of a service port: by `name protocol`. */
  readonly states: ReadonlyMap<string, ServicePortState>;
}

/** Prepares each family's rules. */
export function viewFamilies(knowledge: Knowledge): FamilyView[] {
  return knowledge.families.map((rules) => viewFamily(rules, knowledge));
}

function viewFamily(rules: FamilyRules, knowledge: Knowledge): FamilyView {
  const { ruleSet, sets, virtualServers, state } = rules;
  const index = new RuleIndex(ruleSet);
  const named = state?.servicePorts ?? [];
  const found =
    virtualServers.length > 0
      ? discoverVirtualServers(virtualServers, sets, named)
      : discoverServicePorts(index, named, knowledge.names);
  return {
    family: ruleSet.family,
    rules,
    index,
    found,
    naming: new ChainNaming(index, found),
    ground: makeGround(index, setContents(sets), virtualServers),
    places: placesOf(rules, index, knowledge),
    reach: nodePortReach(index),
    states: new Map(
      named
        .map((servicePort) => [`${servicePort.name} ${servicePort.protocol}`, state?.stateOf(servicePort)] as const)
        .flatMap(([key, one]) => (one === undefined ? [] : [[key, one] as const])),
    ),
  };
}

/**
 * The rules of a dump, not the manifests beside it, decide who counts as a Pod; Pod ranges that were made up are no
 * node's.
 */
function placesOf({ state, nodeAddress }: FamilyRules, index: RuleIndex, { isDump, cluster }: Knowledge): Places {
  if (state === undefined) return placesOfRules(index, nodeAddress);
  const places = placesOfState(
    state,
    cluster === undefined ? [] : isDump ? givenNodes(cluster) : nodesWithin(cluster, state.localDetector),
  );
  return isDump ? { ...places, detector: detectorOf(index), nodeAddress } : places;
}

/** Nodes without the Pod ranges that were made up outside of the range by which kube-proxy tells Pods. */
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

/** Which mode the rules are of. */
export function modeOf(knowledge: Knowledge): 'iptables' | 'ipvs' {
  const isIpvs = knowledge.families.some(
    ({ virtualServers, ruleSet }) =>
      virtualServers.length > 0 ||
      ruleSet.tables.some(({ chains }) =>
        chains.some(({ name }) => name === 'KUBE-IPVS-FILTER' || name === 'KUBE-LOAD-BALANCER'),
      ),
  );
  return isIpvs ? 'ipvs' : 'iptables';
}

/** The node's name; `''` where nothing tells it: a dump is of no node that was made up. */
export function nodeNameOf({ families, isDump, cluster }: Knowledge): string {
  const name = families.find(({ state }) => state !== undefined)?.state?.options.nodeName ?? '';
  return isDump && cluster !== undefined && !isKnownNode(cluster, name) ? '' : name;
}
