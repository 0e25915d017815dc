/** The nodes of a cluster, each prepared for walks once. */
import type { Family } from '../net/address.js';
import { addressOfNode, likelyFamilyOfNode } from '../node/ask.js';
import { onNode } from '../node/on-node.js';
import type { NodeModel } from '../node/types.js';
import { knownNodes, type Directory } from '../targets/directory.js';
import { Tracer } from '../trace/trace.js';
import { readAddress, type TraceAddress } from '../walk/address.js';
import { hostModel, type HostModel } from '../walk/host.js';
import { entryOf } from '../diagnostics/groups.js';

/** A node on which packets can be walked. */
interface WalkedNode {
  readonly host: HostModel;
  /** Undefined if the node has no rules in that family. */
  tracerOf(family: Family): Tracer | undefined;
}

/** Nodes by name. Rules are generated when a packet first reaches a node, at the cost of `generate` for it. */
export class ClusterNodes {
  private readonly known = new Map<string, Promise<WalkedNode | undefined>>();
  private inputNode: WalkedNode | undefined;

  /** `inputs` is the node with the name `inputsName`; `''` if its name is unknown. */
  constructor(
    private readonly inputs: NodeModel,
    private readonly inputsName: string,
    private readonly directory: Directory,
  ) {}

  /** The address that a node most likely uses for masquerading; undefined if unknown. */
  addressOf(name: string, family: Family): TraceAddress | undefined {
    const own = knownNodes(this.directory).find((one) => one.name === name)?.addresses ?? [];
    const ofInputs = name === this.inputsName ? addressOfNode(this.inputs, family) : undefined;
    return [...(ofInputs === undefined ? [] : [ofInputs]), ...own]
      .flatMap((text) => readAddress(text) ?? [])
      .find((address) => address.family === family);
  }

  /** The node of the inputs, from manifests or dumps. */
  ofInputs(): WalkedNode {
    return (this.inputNode ??= walkedNode(this.inputs));
  }

  /** Undefined if the node comes from dumps, which contain the rules of one node. */
  get(name: string): Promise<WalkedNode | undefined> {
    const known = this.known.get(name) ?? this.make(name);
    this.known.set(name, known);
    return known;
  }

  private async make(name: string): Promise<WalkedNode | undefined> {
    const model = await onNode(this.inputs, name);
    return model === undefined ? undefined : walkedNode(model);
  }
}

function walkedNode(model: NodeModel): WalkedNode {
  const boundAddresses = model.families.flatMap((one) => one.boundAddresses);
  const host = hostModel(model.host, { boundAddresses, listening: model.listening ?? [] });
  const tracers = new Map<Family, Tracer>();
  return {
    host,
    tracerOf: (family) => {
      const content = likelyFamilyOfNode(model, family);
      return content && entryOf(tracers, family, () => new Tracer({ ...content, host }));
    },
  };
}
