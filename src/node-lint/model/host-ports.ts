/** The host ports of Pods, from rules of iptables and of nftables. */
import { hostPortsOf, type HostPort } from '../../explain/rules/host-ports.js';
import { formatHostPort } from '../../explain/words/host-port.js';
import type { Chain, NatStatement, Rule } from '../../nftables/types.js';
import type { DumpPlace, FamilyContext, NodeContext } from '../context.js';
import { chainsOf } from './nftables.js';
import { asksOf, familiesOf, portOf } from './nftables-matches.js';
import { nftablesOf } from './nftables-words.js';
import { literalText } from '../../nftables/constants.js';

/** A port of the node that rules forward to a Pod or to a container. */
export interface PlacedHostPort extends Pick<HostPort, 'protocol' | 'port' | 'to' | 'isPods'> {
  /** In canonical form; undefined: every address of the node. */
  readonly address: string | undefined;
  readonly place: DumpPlace;
  /** The chain with the rule, and what identifies its owner: a chain of its own, or a comment. */
  readonly chain: string;
  readonly owner: string;
  /** The rule, if iptables has it. */
  readonly found?: HostPort;
}

/** In the order in which packets reach their rules; those of nftables last. */
export function hostPortsOfFamily(context: NodeContext, family: FamilyContext): PlacedHostPort[] {
  const ofIptables = hostPortsOf(family.index).map((found): PlacedHostPort => {
    const chain = found.placed.chain.name;
    return { ...found, place: family.placeOf(found.placed), chain, owner: chain, found };
  });
  return [...ofIptables, ...ofNftables(context, family)];
}

/** The table of the CNI plugin portmap. */
const portmapTable = 'cni_hostport';
/** Rules for one address come first in every version of the plugin. */
const portmapChains: readonly string[] = ['hostip_hostports', 'hostports'];

function ofNftables(context: NodeContext, { family }: FamilyContext): PlacedHostPort[] {
  return nftablesOf(context).flatMap(({ table, place }) => {
    if (table.name !== portmapTable || !familiesOf(table).includes(family)) return [];
    const chains = new Map(chainsOf(table).map((chain) => [chain.name, chain]));
    return portmapChains.flatMap((name) => inChain(chains.get(name), place));
  });
}

function inChain(chain: Chain | undefined, { file, line }: DumpPlace): PlacedHostPort[] {
  return (chain?.rules ?? []).flatMap((rule) => {
    const { protocol, port, address } = asksOf(rule);
    const to = destinationOf(rule);
    if (chain === undefined || protocol === undefined || port === undefined || to === undefined) return [];
    const place = { file, line: rule.place?.line ?? line };
    const owner = rule.comment ?? to;
    return [{ protocol, port, address, to, isPods: true, place, chain: chain.name, owner }];
  });
}

function destinationOf({ statements }: Rule): string | undefined {
  const nat = statements.find((one): one is NatStatement => one.kind === 'dnat');
  const [address, port] = [literalText(nat?.address), portOf(literalText(nat?.port))];
  if (address === undefined) return undefined;
  return port === undefined ? address : formatHostPort(address, port);
}
