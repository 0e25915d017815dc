/** The first packet of a connection through a node: every outcome, how likely it is, and what it rests on. */
import { saveRule } from '../iptables/print-save.js';
import type { Rule, RuleSet } from '../iptables/types.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import type { Family } from '../net/address.js';
import { chainTables } from './chain.js';
import { compileRule } from './compile.js';
import type { HostModel } from './host.js';
import type { Packet } from './packet.js';
import { sharedQuestions } from './questions.js';
import { setLookup } from './sets.js';
import { planOf, stages } from './stages.js';
import type { WalkEnd, WalkState } from './state.js';
import { virtualServerLookup } from './virtual-server.js';
import { walkAll } from './walk.js';
import type { World } from './world.js';

export interface TracerOptions {
  readonly ruleSet: RuleSet;
  readonly host: HostModel;
  readonly sets?: readonly IpSet[];
  readonly virtualServers?: readonly VirtualServer[];
}

/**
 * Walks packets through one rule set. Making one looks at no rule closely; what a packet comes by is made ready once.
 */
export class Tracer {
  private readonly world: World;
  readonly family: Family;

  constructor({ ruleSet, host, sets = [], virtualServers = [] }: TracerOptions) {
    this.family = ruleSet.family;
    const world: World = {
      family: ruleSet.family,
      host,
      sets: setLookup(sets),
      virtualServers: virtualServerLookup(virtualServers),
      isShared: sharedQuestions(ruleSet),
      tables: chainTables(ruleSet, (rule, chain, index) => compileRule(rule, chain, index, world)),
    };
    this.world = world;
  }

  /** All ways the packet may go, in the order of the rules. Never throws. */
  walk(packet: Packet): readonly WalkEnd[] {
    return walkAll(startOf(packet, this.world), this.world);
  }
}

function startOf(packet: Packet, { host }: World): WalkState {
  const isOutgoing = packet.inInterface === undefined;
  const exit = isOutgoing ? host.exitTo(packet.destination) : undefined;
  return {
    family: packet.family,
    protocol: packet.protocol,
    question: packet,
    source: packet.source,
    destination: packet.destination,
    destinationPort: packet.destinationPort,
    inInterface: packet.inInterface,
    outInterface: exit?.name,
    outIsCertain: exit?.isCertain ?? true,
    mark: 0,
    connectionMark: 0,
    isTracked: true,
    hasDestinationNat: false,
    hasSourceNat: false,
    destinationIsSettled: false,
    sourceIsSettled: false,
    takenUp: undefined,
    stages: planOf(isOutgoing ? stages.outgoing : stages.incoming),
    hook: isOutgoing ? 'OUTPUT' : 'PREROUTING',
    table: '',
    base: undefined,
    chain: undefined,
    list: undefined,
    at: 0,
    parent: undefined,
    path: undefined,
    weight: 1,
    steps: undefined,
    facts: undefined,
    assumptions: undefined,
  };
}

/** A rule as iptables-save prints it, without line end. */
export function textOfRule(rule: Rule, family: Family): string {
  try {
    return saveRule(rule, family).trimEnd();
  } catch {
    return `-A ${rule.chain} …`;
  }
}
