import type { KubernetesVersion } from '../../cluster/version.js';
import type { Constant, Expression, SetElement, Verdict } from '../types.js';
import { has } from './changes.js';
import type { Transaction } from './transaction.js';
import { concatenation } from './vocabulary.js';

/**
 * Adds elements like kube-proxy: each once; for a new verdict, the old element is deleted first
 * (pkg/proxy/nftables/proxier.go, nftElementStorage). 1.30 does not do this.
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

/** Uses object literals, because object spread is slow and there are very many elements. */
function elementOf(key: Expression, verdict: Verdict | undefined, comment: string | undefined): SetElement {
  if (verdict === undefined) return { key };
  return comment === undefined ? { key, value: verdict } : { key, value: verdict, comment };
}
