import type { Family } from '../net/address.js';
import type { ServicePortState } from '../proxy/state.js';
import { ChainNaming } from './rules/chain-words.js';
import { discoverServicePorts, type FoundServicePort } from './rules/discover.js';
import { discoverVirtualServers } from './rules/discover-ipvs.js';
import { nodePortReach, type NodePortReach } from './rules/node-ports.js';
import { RuleIndex } from './rules/rule-index.js';
import { placesOfRules, placesOfState, type Places } from './traffic/clients.js';
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
  const found = virtualServers.length > 0 ? discoverVirtualServers(virtualServers, sets, named) : discoverServicePorts(index, named, knowledge.names);
  return {
    family: ruleSet.family, rules, index, found,
    naming: new ChainNaming(index, found),
    ground: makeGround(index, setContents(sets), virtualServers),
    places: state === undefined ? placesOfRules(index, rules.nodeAddress) : placesOfState(state, knowledge.cluster?.nodes ?? []),
    reach: nodePortReach(index),
    states: new Map(named.map((servicePort) => [`${servicePort.name} ${servicePort.protocol}`, state?.stateOf(servicePort)] as const)
      .flatMap(([key, one]) => one === undefined ? [] : [[key, one] as const])),
  };
}

/** Which mode the rules are of. */
export function modeOf(knowledge: Knowledge): 'iptables' | 'ipvs' {
  const isIpvs = knowledge.families.some(({ virtualServers, ruleSet }) => virtualServers.length > 0
    || ruleSet.tables.some(({ chains }) => chains.some(({ name }) => name === 'KUBE-IPVS-FILTER' || name === 'KUBE-LOAD-BALANCER')));
  return isIpvs ? 'ipvs' : 'iptables';
}

/** The node's name; `''` where nothing tells it. */
export function nodeNameOf(knowledge: Knowledge): string {
  return knowledge.families.find(({ state }) => state !== undefined)?.state?.options.nodeName ?? '';
}
