import type { Node } from '../cluster/types.js';
import { familyOf } from '../net/address.js';
import { givenNodes } from '../cluster/made-up.js';
import type { Json, ManifestSet } from '../manifests/types.js';
import type { Completed } from '../pipeline/complete.js';
import { modeNamed, modeOfContent } from '../pipeline/modes.js';
import { defaultHostFacts, readHostFacts, withPodCIDRs, type HostFacts } from '../proxy/host.js';
import { proxyState } from '../proxy/state.js';
import type { NodeContent } from './content.js';
import type { ReadDumps } from './read-dumps.js';
import type { NodeModel } from './types.js';

/** Facts about a node besides its dumps. */
export interface BesideDumps {
  /** The node's name in messages; default: `node`. */
  readonly name?: string;
  /** Host facts, or the output of `ip -json address`, as JSON values. */
  readonly host?: Json;
  /** The cluster in the manifests, completed for this node. */
  readonly completed?: Completed;
  /** These manifests as read. */
  readonly manifests?: ManifestSet;
}

/** The node in dumps. The rules come from the dumps; manifests say what they are for. */
export function nodeFromDumps(
  { contents, dump }: Pick<ReadDumps, 'contents' | 'dump'>,
  { name = 'node', host, completed, manifests }: BesideDumps = {},
): NodeModel {
  return {
    name,
    source: 'dump',
    families: contents.map((content) => ({
      ...content,
      mode: modeOfContent(content),
      ...(completed === undefined ? {} : { state: proxyState(completed.cluster, completed.options, content.family) }),
    })),
    host: hostOfDump(host, completed) ?? hostOfRules(contents),
    ...(completed === undefined ? {} : { completed }),
    ...(manifests === undefined ? {} : { manifests }),
    dump,
    hints: [],
  };
}

/** The facts about the node in the rules themselves. */
function hostOfRules(contents: readonly NodeContent[]): HostFacts | undefined {
  const nodeIPs = contents.flatMap(
    (content) => modeNamed(modeOfContent(content) ?? '')?.nodeAddresses?.(content) ?? [],
  );
  return nodeIPs.length === 0 ? undefined : { ...defaultHostFacts(undefined), nodeIPs, interfaces: [] };
}

/** Facts about the node of a dump: those given, else those of its Node in the manifests. */
function hostOfDump(host: Json | undefined, completed: Completed | undefined): HostFacts | undefined {
  if (host !== undefined) {
    const nodeIPs = givenNode(completed)?.addresses.filter((address) => familyOf(address) !== undefined) ?? [];
    const facts = readHostFacts(host, { ...defaultHostFacts(undefined), nodeIPs, interfaces: [] });
    return facts === undefined || completed === undefined
      ? facts
      : withPodCIDRs(facts, givenNodes(completed.cluster), completed.options.nodeName);
  }
  // A filled-in node has filled-in addresses, which do not exist.
  return (givenNode(completed)?.addresses.length ?? 0) > 0 ? completed?.options.host : undefined;
}

function givenNode(completed: Completed | undefined): Node | undefined {
  if (completed === undefined) return undefined;
  return givenNodes(completed.cluster).find(({ name }) => name === completed.options.nodeName);
}
