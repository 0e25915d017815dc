import type { BaseChain, NamedSet, Rule, SetElement } from '../types.js';

/** A chain without its rules. */
export interface ChainHead {
  readonly name: string;
  readonly comment?: string;
  readonly base?: BaseChain;
}

/** A set or map without its elements. */
export type SetHead = Omit<NamedSet, 'elements'>;

/** Receives the commands of one transaction of the table `kube-proxy` in order, to print or to apply them. */
export interface Transaction {
  addTable(comment: string): void;
  addChain(chain: ChainHead): void;
  deleteChain(name: string): void;
  flushChain(name: string): void;
  addRule(chain: string, rule: Rule): void;
  addSet(set: SetHead): void;
  deleteSet(set: SetHead): void;
  flushSet(set: SetHead): void;
  addElement(set: string, element: SetElement): void;
  deleteElement(set: string, element: SetElement): void;
}
