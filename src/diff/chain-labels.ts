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
  private readonly labels = new Map<string, string>();
  private readonly owners = new Map<string, string>();
  private readonly portsByHash = new Map<string, PortView>();

  /** `keyOf`: the key of a service port's rules in a comparison. */
  constructor(
    private readonly view: SideView,
    private readonly keyOf: (port: PortView) => string,
    labelOf: (port: PortView) => string,
  ) {
    for (const port of view.ports.values()) {
      for (const chain of port.found.chains.values()) this.learn(chain, port, labelOf(port));
    }
    for (const { name, rules } of view.index.chains('nat')) {
      if (readServiceChainName(name)?.kind === 'endpoint') this.learnEndpoint(name, rules, labelOf);
    }
  }

  private learn(chain: string, port: PortView, label: string): void {
    const { hash = '' } = readServiceChainName(chain) ?? {};
    this.portsByHash.set(hash, port);
    this.owners.set(chain, this.keyOf(port));
    if (port.found.name !== undefined) this.labels.set(chain, `${chain.replace(/-[A-Z2-7]{16}$/, '')}(${label})`);
  }

  private learnEndpoint(chain: string, rules: readonly Rule[], labelOf: (port: PortView) => string): void {
    const caller = this.view.index.callers('nat', chain)[0]?.chain.name ?? '';
    const port = this.portsByHash.get(readServiceChainName(caller)?.hash ?? '');
    const note = rules.map(readNote).find(({ name }) => name !== undefined)?.name?.text;
    const to = rules.flatMap(({ target }) => (target?.kind === 'destinationNat' ? [target.to] : []))[0];
    const named = port === undefined ? note : labelOf(port);
    if (port !== undefined) this.owners.set(chain, this.keyOf(port));
    if (named !== undefined && to !== undefined && (port === undefined || port.found.name !== undefined))
      this.labels.set(chain, `KUBE-SEP(${named} ${to})`);
  }

  /** The key of a chain's service port; undefined if it has none. */
  ownerOf(chain: string): string | undefined {
    return this.owners.get(chain);
  }

  label(chain: string): string {
    return this.labels.get(chain) ?? chain;
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
