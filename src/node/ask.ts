/** What is asked of a node again and again. */
import { familyOf, type Family } from '../net/address.js';
import { isListedByNftOnly } from '../nftables/services/iptables-nft.js';
import { defaultMode, modeNamed, modes } from '../pipeline/modes.js';
import { emptyContent } from './content.js';
import type { NodeFamily, NodeModel } from './types.js';

/** What a node has in a family; undefined where nothing was given of it. */
export function familyOfNode({ families }: NodeModel, family: Family): NodeFamily | undefined {
  return families.find((one) => one.family === family);
}

/** The same; where nothing was given of it, the rules of a dump that does not tell of which family it is. */
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
 * The name of the mode that a node's kube-proxy runs in, which is that of all families: one of which only a part was
 * dumped does not show it. kube-proxy's default where nothing tells.
 */
export function modeOfNode({ families }: NodeModel): string {
  const known = Object.keys(modes).filter((name) => families.some(({ mode }) => mode === name));
  return known.at(-1) ?? defaultMode.name;
}

/** An address of the node; undefined where nothing tells one. */
export function addressOfNode({ host }: NodeModel, family: Family): string | undefined {
  return host?.nodeIPs.find((address) => familyOf(address) === family);
}

/**
 * Why Services are not found in a dump although they are there, and what to give instead: a sentence; undefined where
 * they can be.
 */
export function hiddenServices({ families }: NodeModel): string | undefined {
  if (!families.some(isListedByNftOnly)) return undefined;
  return (
    'rules of kube-proxy are here as tables of iptables-nft, of which nft leaves out the names of Services: ' +
    'give what iptables-save (for IPv6 ip6tables-save) prints on the node instead'
  );
}

/** Programs whose output the rules of a node's mode need, and which was not given. Of manifests none. */
export function lackingCommands(node: NodeModel): string[] {
  const { dump } = node;
  if (dump === undefined) return [];
  const needed = modeNamed(modeOfNode(node))?.dumps ?? [];
  return needed.map(({ command }) => command).filter((command) => !dump.commands.includes(command));
}
