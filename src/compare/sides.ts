/** Two nodes of one family, and the packets to compare. */
import type { Family } from '../net/address.js';
import { familyOfNode } from '../node/ask.js';
import { emptyContent, type NodeContent } from '../node/content.js';
import type { NodeModel } from '../node/types.js';
import type { HostFacts } from '../proxy/host.js';
import { Tracer } from '../trace/trace.js';
import { addressSets, allAddresses, type AddressSet } from '../walk/address-set.js';
import { hostModel, type HostModel } from '../walk/host.js';
import { itself, Packets } from '../walk/packets.js';
import { allPorts, everywhere } from '../walk/transport.js';

/** One side, ready to be walked. */
export interface ComparedSide {
  readonly content: NodeContent;
  readonly facts: HostFacts | undefined;
  /** Those of both families. */
  readonly boundAddresses: readonly string[];
  /** Addresses that are not the node's, whatever is known of it. */
  readonly foreignAddresses: readonly string[];
  readonly host: HostModel;
  readonly tracer: Tracer;
}

/** Both sides of a family. If a side has no rules for it, packets pass there unchanged. */
export interface ComparedSides {
  readonly family: Family;
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  /** Whether the addresses of the node are known. */
  readonly isHostKnown: boolean;
}

/**
 * Prepares both sides. If the node's addresses are unknown on one side, those of the other side are used.
 * `foreignAddresses`: addresses that are not the node's, even if nothing else is known of it.
 */
export function comparedSides(
  before: NodeModel,
  after: NodeModel,
  family: Family,
  foreignAddresses: readonly string[] = [],
): ComparedSides {
  const side = (node: NodeModel, other: NodeModel): ComparedSide =>
    sideOf(node, node.host ?? other.host, family, foreignAddresses);
  return {
    family,
    before: side(before, after),
    after: side(after, before),
    isHostKnown: before.host !== undefined || after.host !== undefined,
  };
}

function sideOf(
  node: NodeModel,
  facts: HostFacts | undefined,
  family: Family,
  foreignAddresses: readonly string[],
): ComparedSide {
  const content = familyOfNode(node, family) ?? emptyContent(family);
  const boundAddresses = node.families.flatMap((one) => one.boundAddresses);
  const host = hostModel(facts, { boundAddresses, foreignAddresses, answersWhatIsSent: true });
  return { content, facts, boundAddresses, foreignAddresses, host, tracer: new Tracer({ ...content, host }) };
}

/**
 * All first packets: those that arrive, from any address by any interface except lo, and those that the node sends,
 * from any address that it has on either side, except the ones that kube-proxy assigned.
 */
export function allQuestions({ family, before, after }: ComparedSides): Packets[] {
  const names = [...new Set([...before.tracer.interfaces(), ...after.tracer.interfaces()])].sort(byOrder);
  const all = { family, destinations: everywhere(family), sourcePorts: allPorts };
  const own = [before, after].map((side) => ownSources(side, family)).reduce((a, b) => addressSets.union(a, b));
  return [
    new Packets({ ...all, sources: allAddresses[family], interfaces: names }),
    new Packets({ ...all, sources: own, interfaces: [itself] }),
  ];
}

/** Names that end in `*` come last. */
function byOrder(a: string, b: string): number {
  const rank = (name: string): number => (name === '*' ? 2 : name.endsWith('*') ? 1 : 0);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** The node's own addresses, without those that kube-proxy assigned: nothing sends from these. */
export function ownSources(
  { facts, foreignAddresses }: Pick<ComparedSide, 'facts' | 'foreignAddresses'>,
  family: Family,
): AddressSet {
  const ruleSet = { family, tables: [] };
  return new Tracer({ ruleSet, host: hostModel(facts, { foreignAddresses }) }).everything().outgoing.sources;
}
