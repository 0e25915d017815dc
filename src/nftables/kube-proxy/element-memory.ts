import type { KubernetesVersion } from '../../cluster/version.js';
import type { Constant, SetElement, Verdict } from '../types.js';
import { has } from './changes.js';
import type { Transaction } from './transaction.js';
import { concatenation } from './vocabulary.js';

/**
 * Adds elements as kube-proxy does: each once, and with a new verdict only after the old one is deleted
 * (pkg/proxy/nftables/proxier.go, nftElementStorage). 1.30 has no such memory.
 */
export class ElementMemory {
  private readonly known = new Map<string, string>();
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
    this.transaction.addElement(set, {
      key,
      ...(verdict === undefined ? {} : { value: verdict }),
      ...(comment === undefined ? {} : { comment }),
    });
  }

  private isThere(set: string, keys: readonly Constant[], element: SetElement, verdict: Verdict | undefined): boolean {
    const name = `${set} ${keys.map(({ text }) => text).join(' ')}`;
    const value = verdict === undefined ? '' : `${verdict.kind} ${'chain' in verdict ? verdict.chain : ''}`;
    const before = this.known.get(name);
    this.known.set(name, value);
    if (before !== undefined && before !== value) this.transaction.deleteElement(set, element);
    return before === value;
  }
}
