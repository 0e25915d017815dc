import type { MaskedValue, TableName, Target } from '../../iptables/types.js';
import { optionText } from './modules.js';
import { markWords, rangeWords } from './numbers.js';
import { plain } from './plain.js';
import { hex } from '../../iptables/print/text.js';

/** Additional data for the description of a target. */
export interface TargetContext {
  readonly table: TableName;
  /** A chain in a few words: `shop/web:http, all endpoints`; undefined if nothing is known about it. */
  readonly chainWords?: (chain: string) => string | undefined;
}

type TargetOf<Kind extends Target['kind']> = Target & { readonly kind: Kind };

/** What happens to a packet that a rule matches, as a predicate: `is dropped without an answer`. */
export function targetWords(target: Target | undefined, context: TargetContext): string {
  if (target === undefined) return 'is only counted here, and continues';
  switch (target.kind) {
    case 'jump':
      return jumpWords(target.chain, context);
    case 'goto':
      return `continues in ${chain(target.chain, context)} and does not return here`;
    case 'verdict':
      return verdictWords(target.verdict, context.table);
    case 'reject':
      return rejectWords(target.with);
    case 'mark':
      return markTargetWords(target);
    case 'destinationNat':
      return `is sent to ${natWords(target.to)} instead (its destination is rewritten)${flags(target)}`;
    case 'sourceNat':
      return `gets ${natWords(target.to)} as its source${flags(target)}`;
    case 'masquerade': {
      const ports = target.toPorts === undefined ? '' : `, with ${rangeWords(target.toPorts)} as its port`;
      return `gets the address of the interface it leaves by as its source${ports}${flags(target)}`;
    }
    case 'redirect':
      return (
        `is sent to this node itself${target.toPorts === undefined ? '' : `, port ${rangeWords(target.toPorts)}`} ` +
        '(its destination is rewritten)'
      );
    case 'netmap':
      return `has the network part of its address replaced by ${plain(target.to)}`;
    case 'connectionMark':
      return connectionMarkWords(target);
    case 'module':
      return moduleTargetWords(target);
    case 'other':
      return `is given to "-j ${plain([target.name, ...target.words].join(' '))}", which kubechains does not support`;
  }
}

/** Chains that only set a mark are described by the mark's purpose. */
function jumpWords(name: string, context: TargetContext): string {
  if (name === 'KUBE-MARK-MASQ')
    return 'is marked, so that it gets an address of this node as its source on its way out';
  if (name === 'KUBE-MARK-DROP') return 'is marked, so that it is dropped in the filter table';
  return `continues in ${chain(name, context)}`;
}

function chain(name: string, { chainWords }: TargetContext): string {
  const words = chainWords?.(name);
  return words === undefined ? plain(name) : `${plain(name)} (${words})`;
}

function verdictWords(verdict: 'ACCEPT' | 'DROP' | 'RETURN', table: TableName): string {
  switch (verdict) {
    case 'ACCEPT':
      return table === 'filter' || table === 'security' ? 'is accepted' : `is accepted in the ${table} table`;
    case 'DROP':
      return 'is dropped without an answer';
    case 'RETURN':
      return 'returns to the calling chain';
  }
}

function rejectWords(answer: string | undefined): string {
  if (answer === 'tcp-reset') return 'is rejected with a TCP reset ("connection refused")';
  return `is rejected with an ICMP answer (${plain(answer ?? 'port unreachable')})`;
}

function markTargetWords(target: TargetOf<'mark'>): string {
  if (target.operation === 'setXmark') return setMarkWords(target.mark);
  return target.operation === 'orMark'
    ? `gets the mark ${hex(target.bits)} in addition to its mark`
    : `has the mark ${hex(target.bits)} toggled`;
}

/** new = (mark & ~mask) ^ value */
function setMarkWords({ value, mask }: MaskedValue): string {
  if (mask === 0) return `has the mark ${hex(value)} toggled`;
  if (value === mask) return `gets the mark ${hex(value)} in addition to its mark`;
  return value === 0 ? `loses the mark ${hex(mask)}` : `gets the mark ${markWords({ value, mask })}`;
}

function natWords(to: string): string {
  return to === '' ? 'nowhere' : plain(to);
}

function flags(target: {
  readonly random?: boolean;
  readonly randomFully?: boolean;
  readonly persistent?: boolean;
}): string {
  if (target.randomFully === true || target.random === true) return ', with a port picked at random';
  return target.persistent === true ? ', the same for a client each time' : '';
}

function connectionMarkWords(target: TargetOf<'connectionMark'>): string {
  if (target.operation === 'set') return `has its connection marked ${markWords(target.mark)}`;
  return target.operation === 'save' ? 'has its mark copied to its connection' : 'gets the mark of its connection';
}

const moduleWords: Readonly<Record<string, string>> = {
  LOG: 'is written to the kernel log',
  NFLOG: 'is handed to a logger',
  TRACE: 'is traced from here on',
  NOTRACK: 'is left out of connection tracking',
  CT: 'has its connection tracking set',
  TCPMSS: 'has its TCP segment size adjusted',
  CHECKSUM: 'has its checksum filled in',
  AUDIT: 'is written to the audit log',
  SET: 'has its address added to or taken from a set',
  TPROXY: 'is handed to a proxy on this node',
  CLASSIFY: 'is put into a traffic class',
};

/** Options are quoted unchanged, because their meaning depends on the module. */
function moduleTargetWords({ name, options }: TargetOf<'module'>): string {
  const words = Object.hasOwn(moduleWords, name) ? moduleWords[name] : undefined;
  const given = options.length === 0 ? '' : ` (${plain(optionText(options).trim())})`;
  return words === undefined
    ? `is given to "-j ${plain(name)}${plain(optionText(options))}" and may continue`
    : `${words}${given}${name === 'TPROXY' ? '' : ' and continues'}`;
}
