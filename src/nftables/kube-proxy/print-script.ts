import { TextPieces } from '../../proxy/text-pieces.js';
import { quoted, word } from '../print-text.js';
import type { SetElement } from '../types.js';
import { elementText, ruleText } from './script-text.js';
import type { ChainHead, SetHead, Transaction } from './transaction.js';

/** Prints a transaction as kube-proxy passes it to `nft -f -` (sigs.k8s.io/knftables), a few lines at a time. */
export class ScriptPrinter implements Transaction {
  private readonly pieces = new TextPieces();
  private readonly table: string;

  constructor(header: 'ip' | 'ip6') {
    this.table = `${header} kube-proxy`;
  }

  [Symbol.iterator](): Iterator<string> {
    return this.pieces[Symbol.iterator]();
  }

  addTable(comment: string): void {
    this.line(`add table ${this.table} { comment ${quoted(comment)} ; }`);
  }

  addChain({ name, comment, base }: ChainHead): void {
    const properties = [
      ...(base === undefined ? [] : [`type ${base.type} hook ${base.hook} priority ${base.priority.offset}`]),
      ...(comment === undefined ? [] : [`comment ${quoted(comment)}`]),
    ];
    const block = properties.length === 0 ? '' : ` { ${properties.map((property) => `${property} ; `).join('')}}`;
    this.line(`add chain ${this.table} ${word(name)}${block}`);
  }

  deleteChain(name: string): void {
    this.line(`delete chain ${this.table} ${word(name)}`);
  }

  flushChain(name: string): void {
    this.line(`flush chain ${this.table} ${word(name)}`);
  }

  addRule(chain: string, rule: Parameters<Transaction['addRule']>[1]): void {
    this.line(`add rule ${this.table} ${word(chain)} ${ruleText(rule)}`);
  }

  addSet(set: SetHead): void {
    const properties = setProperties(set).map((property) => `${property} ; `);
    this.line(`add ${set.kind} ${this.table} ${word(set.name)} { ${properties.join('')}}`);
  }

  deleteSet({ kind, name }: SetHead): void {
    this.line(`delete ${kind} ${this.table} ${word(name)}`);
  }

  flushSet({ kind, name }: SetHead): void {
    this.line(`flush ${kind} ${this.table} ${word(name)}`);
  }

  addElement(set: string, element: SetElement): void {
    this.line(`add element ${this.table} ${word(set)} { ${elementText(element)} }`);
  }

  deleteElement(set: string, { key }: SetElement): void {
    this.line(`delete element ${this.table} ${word(set)} { ${elementText({ key })} }`);
  }

  private line(text: string): void {
    this.pieces.add(`${text}\n`);
  }
}

function setProperties({ key, data, flags, timeout, comment }: SetHead): string[] {
  const names = (type: SetHead['key']): string => (type.kind === 'type' ? type.names.join(' . ') : '');
  return [
    `type ${names(key)}${data === undefined ? '' : ` : ${names(data)}`}`,
    ...(flags === undefined ? [] : [`flags ${flags.join(',')}`]),
    ...(timeout === undefined ? [] : [`timeout ${timeout / 1000}s`]),
    ...(comment === undefined ? [] : [`comment ${quoted(comment)}`]),
  ];
}
