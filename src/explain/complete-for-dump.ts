import { givenNodes } from '../cluster/made-up.js';
import { quote } from '../diagnostics/quote.js';
import type { Node } from '../cluster/types.js';
import { nodeOfDump, type NodeFound } from './rules/node-of-dump.js';
import type { Json, ManifestSet } from '../manifests/types.js';
import { canonicalAddress, normaliseAddress } from '../net/address.js';
import type { NodeContent } from '../node/content.js';
import { completeCluster, type CompleteOptions, type Completed } from '../pipeline/complete.js';
import { defaultHostFacts, readHostFacts } from '../proxy/host.js';

/** A cluster for the node of a dump, and the assumptions about the node. */
interface CompletedForDump {
  readonly completed: Completed;
  readonly note: string | undefined;
}

/**
 * Completes manifests for the node of a dump: the one in `--node` or hostnameOverride, else the one with the addresses
 * of the host facts, else the one that its rules fit, else the first Node. The node determines which endpoints are local, and so the effect of Local policies.
 */
export async function completeForDump(
  completed: Completed,
  set: ManifestSet,
  options: CompleteOptions,
  dump: readonly NodeContent[],
): Promise<CompletedForDump> {
  const {
    cluster,
    options: { nodeName, configuration },
  } = completed;
  if (options.node !== undefined || configuration.hostnameOverride !== '') return { completed, note: undefined };
  const nodes = givenNodes(cluster);
  const byHost = nodeOfHost(options.host, nodes);
  const byRules = nodeOfDump(dump, cluster);
  const name = byHost ?? byRules?.name;
  if (name === undefined)
    return {
      completed,
      note:
        nodes.length < 2
          ? undefined
          : `the dump does not show which of ${nodes.length} Nodes it is from; ` +
            `assumed: ${quote(nodeName)}, the first (--node names another)`,
    };
  const own =
    name === nodeName ? completed : ((await completeCluster(set, { ...options, node: name })).completed ?? completed);
  return { completed: own, note: nodes.length === 1 && name === nodeName ? undefined : noteOf(name, byHost, byRules) };
}

/** The one Node with an address of these facts; undefined without facts, or if none or several have one. */
function nodeOfHost(host: Json | undefined, nodes: readonly Node[]): string | undefined {
  const facts = host === undefined ? undefined : readHostFacts(host, defaultHostFacts(undefined));
  const own = new Set(
    [
      ...(facts?.nodeIPs ?? []),
      ...(facts?.interfaces ?? []).flatMap(({ addresses }) => addresses.map((text) => text.replace(/\/\d+$/, ''))),
    ].flatMap((text) => normaliseAddress(text) ?? []),
  );
  const found = nodes.filter(({ addresses }) => addresses.some((text) => own.has(canonicalAddress(text))));
  return found.length === 1 ? found[0]?.name : undefined;
}

function noteOf(name: string, byHost: string | undefined, byRules: NodeFound | undefined): string {
  if (byHost === undefined)
    return `by its rules the dump is from node ${quote(name)}: ${byRules?.why ?? ''} (--node names another)`;
  const other =
    byRules === undefined || byRules.name === byHost
      ? ''
      : `; but its rules match node ${quote(byRules.name)}: ${byRules.why}`;
  return `by the addresses in --host the dump is from node ${quote(name)}${other} (--node names another)`;
}
