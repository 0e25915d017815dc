import { asKept } from './kept-rule.js';
import { inListedOrder } from './element-order.js';
import { listedPriority } from './priority-names.js';
import type { Chain, NamedSet, Rule, SetElement, Table } from '../types.js';
import type { ChainHead, SetHead, Transaction } from './transaction.js';
import { partsOf } from '../constants.js';

interface KeptSet {
  readonly head: SetHead;
  readonly elements: Map<string, SetElement>;
}

interface KeptChain {
  readonly head: ChainHead;
  rules: Rule[];
}

/** The kernel's default size for sets that packets add to, if the script gives none. */
const dynamicSize = 65535;

/** Applies a transaction to a table like the kernel, for what `nft list table` prints afterwards. */
export class KeptTable implements Transaction {
  private comment: string | undefined;
  private readonly sets = new Map<string, KeptSet>();
  private readonly chains = new Map<string, KeptChain>();

  constructor(private readonly family: 'ip' | 'ip6') {}

  /** Sets and maps in order of creation, then chains; elements in the order of nft's lists. */
  finish(): Table {
    return {
      family: this.family,
      name: 'kube-proxy',
      ...(this.comment === undefined ? {} : { comment: this.comment }),
      parts: [...[...this.sets.values()].map(listedSet), ...[...this.chains.values()].map(listedChain)],
    };
  }

  addTable(comment: string): void {
    this.comment = comment;
  }

  addChain(head: ChainHead): void {
    if (!this.chains.has(head.name)) this.chains.set(head.name, { head, rules: [] });
  }

  deleteChain(name: string): void {
    this.chains.delete(name);
  }

  flushChain(name: string): void {
    const chain = this.chains.get(name);
    if (chain !== undefined) chain.rules = [];
  }

  addRule(chain: string, rule: Rule): void {
    this.chains.get(chain)?.rules.push(asKept(rule));
  }

  addSet(head: SetHead): void {
    if (!this.sets.has(head.name)) this.sets.set(head.name, { head, elements: new Map() });
  }

  deleteSet({ name }: SetHead): void {
    this.sets.delete(name);
  }

  flushSet({ name }: SetHead): void {
    this.sets.get(name)?.elements.clear();
  }

  addElement(set: string, element: SetElement): void {
    const elements = this.sets.get(set)?.elements;
    const key = keyOf(element);
    if (elements !== undefined && !elements.has(key)) elements.set(key, element);
  }

  deleteElement(set: string, element: SetElement): void {
    this.sets.get(set)?.elements.delete(keyOf(element));
  }
}

function listedSet({ head, elements }: KeptSet): NamedSet {
  return {
    ...head,
    ...(head.flags?.includes('dynamic') === true ? { size: dynamicSize } : {}),
    elements: inListedOrder([...elements.values()]),
  };
}

function listedChain({ head: { name, comment, base }, rules }: KeptChain): Chain {
  return {
    kind: 'chain',
    name,
    ...(comment === undefined ? {} : { comment }),
    ...(base === undefined ? {} : { base: { ...base, priority: listedPriority(base), policy: 'accept' } }),
    rules,
  };
}

function keyOf({ key }: SetElement): string {
  return partsOf(key)
    .map((part) => ('text' in part ? part.text : ''))
    .join(' ');
}
