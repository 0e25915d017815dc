/** Common queries about a node. */
import { familyOf, type Family } from '../net/address.js';
import { isListedByNftOnly } from '../nftables/services/iptables-nft.js';
import { defaultMode, modeNamed, modes } from '../pipeline/modes.js';
import { emptyContent } from './content.js';
import type { NodeFamily, NodeModel } from './types.js';

/** The node's data for a family; undefined if there is none. */
export function familyOfNode({ families }: NodeModel, family: Family): NodeFamily | undefined {
  return families.find((one) => one.family === family);
}

/** The same; if there is none, the rules of a dump with an unknown family. */
export function likelyFamilyOfNode(node: NodeModel, family: Family): NodeFamily | undefined {
  const known = familyOfNode(node, family);
  if (known !== undefined) return known;
  const untold = node.dump?.tables.find(({ familyFrom }) => familyFrom === 'assumed');
  if (untold === undefined) return undefined;
  const other = node.families[0];
  return {
    ...emptyContent(family),
    ruleSet: { ...untold.ruleSet, family },
    sets: other?.sets ?? [],
    virtualServers: other?.virtualServers ?? [],
    boundAddresses: other?.boundAddresses ?? [],
    mode: other?.mode,
  };
}

/**
 * The name of the mode of a node's kube-proxy, which is the same for all families: a partial dump of one family may not
 * show it. kube-proxy's default if no family shows it.
 */
export function modeOfNode({ families }: NodeModel): string {
  const known = Object.keys(modes).filter((name) => families.some(({ mode }) => mode === name));
  return known.at(-1) ?? defaultMode.name;
}

/** An address of the node; undefined if none is known. */
export function addressOfNode({ host }: NodeModel, family: Family): string | undefined {
  return host?.nodeIPs.find((address) => familyOf(address) === family);
}

/** Why the Services in a dump cannot be found, and which input is needed, as a sentence; undefined if they can. */
export function hiddenServices({ families }: NodeModel): string | undefined {
  if (!families.some(isListedByNftOnly)) return undefined;
  return (
    "kube-proxy's rules of iptables are in the output of nft -j, which leaves out where they send packets: " +
    'give what iptables-save (for IPv6 ip6tables-save) prints instead, or nft list ruleset without -j'
  );
}

/**
 * Programs that must be run for the rules of a node's mode, but that are missing among the inputs. None for manifests.
 */
export function lackingCommands(node: NodeModel): string[] {
  const { dump } = node;
  if (dump === undefined) return [];
  const needed = modeNamed(modeOfNode(node))?.dumps ?? [];
  return needed.map(({ command }) => command).filter((command) => !dump.commands.includes(command));
}
