import type { KubernetesVersion } from '../../cluster/version.js';
import type { Constant, Expression, SetElement, Verdict } from '../types.js';
import { has } from './changes.js';
import type { Transaction } from './transaction.js';
import { concatenation } from './vocabulary.js';

/**
 * Adds elements as kube-proxy does: each once, and with a new verdict only after the old one is deleted
 * (pkg/proxy/nftables/proxier.go, nftElementStorage). 1.30 has no such memory.
 */
export class ElementMemory {
  private readonly known = new Map<string, Map<string, string>>();
  private readonly remembers: boolean;

  constructor(
    private readonly transaction: Transaction,
    version: KubernetesVersion,
  ) {
    this.remembers = has(version, 'remembersElements');
  }

  add(set: string, keys: readonly Constant[], verdict?: Verdict, comment?: string): void {
    const [first] = keys;
    const key = keys.length === 1 && first !== undefined ? first : concatenation(...keys);
    if (this.remembers && this.isThere(set, keys, { key }, verdict)) return;
    this.transaction.addElement(set, elementOf(key, verdict, comment));
  }

  private isThere(set: string, keys: readonly Constant[], element: SetElement, verdict: Verdict | undefined): boolean {
    const elements = this.known.get(set) ?? new Map<string, string>();
    let name = '';
    for (const { text } of keys) name += `${text} `;
    const value = verdict === undefined ? '' : 'chain' in verdict ? verdict.chain : verdict.kind;
    const before = elements.get(name);
    elements.set(name, value);
    this.known.set(set, elements);
    if (before !== undefined && before !== value) this.transaction.deleteElement(set, element);
    return before === value;
  }
}

/** Literals, since objects pieced together by spreading are slow, and there are very many. */
function elementOf(key: Expression, verdict: Verdict | undefined, comment: string | undefined): SetElement {
  if (verdict === undefined) return { key };
  return comment === undefined ? { key, value: verdict } : { key, value: verdict, comment };
}
