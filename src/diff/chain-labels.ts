import { ownerOf } from '../explain/rules/chain-owners.js';
import { jumpsTo } from '../explain/rules/rule-index.js';
import { readServiceChainName } from '../explain/rules/service-chain.js';
import { readNote } from '../explain/rules/service-name.js';
import type { Rule } from '../iptables/types.js';
import type { PortView, SideView } from './view.js';

const serviceChain = /KUBE-(?:SVC|SVL|SEP|EXT|FW|XLB)-[A-Z2-7]{16}/g;

/**
 * Names a side's chains by their purpose, because their own names are hashes that change with every name:
 * `KUBE-SVC(shop/web:http)`, `KUBE-SEP(shop/web:http 10.244.2.5:8080)`.
 */
export class ChainLabels {
  /** Of Services' own chains at once, of the chains of endpoints when first asked for: there are many of these. */
  private readonly labels = new Map<string, string>();
  private readonly owners = new Map<string, string>();
  private readonly portsByHash = new Map<string, PortView>();

  /** `keyOf`: the key of a service port's rules in a comparison. */
  constructor(
    private readonly view: SideView,
    private readonly keyOf: (port: PortView) => string,
    private readonly labelOf: (port: PortView) => string,
  ) {
    for (const port of view.ports.values()) {
      for (const chain of port.found.chains.values()) this.learn(chain, port);
    }
  }

  private learn(chain: string, port: PortView): void {
    const { hash = '' } = readServiceChainName(chain) ?? {};
    this.portsByHash.set(hash, port);
    this.owners.set(chain, this.keyOf(port));
    if (port.found.name !== undefined)
      this.labels.set(chain, `${chain.replace(/-[A-Z2-7]{16}$/, '')}(${this.labelOf(port)})`);
  }

  private endpointLabel(chain: string): string {
    const rules = this.view.index.chain('nat', chain)?.rules ?? [];
    const port = this.portOfEndpoint(chain);
    const note = rules.map(readNote).find(({ name }) => name !== undefined)?.name?.text;
    const to = rules.flatMap(({ target }) => (target?.kind === 'destinationNat' ? [target.to] : []))[0];
    const named = port === undefined ? note : this.labelOf(port);
    const isNamed = named !== undefined && (port === undefined || port.found.name !== undefined);
    return isNamed && to !== undefined ? `KUBE-SEP(${named} ${to})` : chain;
  }

  private isOfEndpoint(chain: string): boolean {
    return (
      chain.startsWith('KUBE-SEP-') &&
      readServiceChainName(chain) !== undefined &&
      this.view.index.chain('nat', chain) !== undefined
    );
  }

  private portOfEndpoint(chain: string): PortView | undefined {
    const caller = this.view.index.callers('nat', chain)[0]?.chain.name ?? '';
    return this.portsByHash.get(readServiceChainName(caller)?.hash ?? '');
  }

  /** The key of a chain's service port; undefined if it has none. */
  ownerOf(chain: string): string | undefined {
    const known = this.owners.get(chain);
    if (known !== undefined || !this.isOfEndpoint(chain)) return known;
    const port = this.portOfEndpoint(chain);
    return port === undefined ? undefined : this.keyOf(port);
  }

  label(chain: string): string {
    const known = this.labels.get(chain);
    if (known !== undefined || !this.isOfEndpoint(chain)) return known ?? chain;
    const label = this.endpointLabel(chain);
    this.labels.set(chain, label);
    return label;
  }

  /** A printed rule with the names of its chains replaced. */
  relabel(text: string): string {
    return text.replace(serviceChain, (name) => this.label(name));
  }
}

/** Whether a rule belongs to kube-proxy: it is in one of its chains, or jumps from a built-in chain to one. */
export function isKubeProxyRule(rule: Rule): boolean {
  const owner = ownerOf(rule.chain);
  if (owner === 'kernel') return isKubeProxyChain(jumpsTo(rule) ?? '');
  return isKubeProxyChain(rule.chain) && !isKubeletDrop(rule);
}

function isKubeProxyChain(name: string): boolean {
  return ownerOf(name) === 'kube-proxy';
}

/** Up to 1.27, the kubelet had a rule of its own in KUBE-FIREWALL. */
function isKubeletDrop({ chain, matches }: Rule): boolean {
  return (
    chain === 'KUBE-FIREWALL' &&
    matches.some(
      (match) => match.kind === 'comment' && match.text === 'kubernetes firewall for dropping marked packets',
    )
  );
}
