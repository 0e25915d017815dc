/** Converts targets to actions of the walk. */
import type { Family } from '../../net/address.js';
import { readAddress } from '../../walk/address.js';
import { readNatRange } from '../../walk/nat.js';
import type { Action } from '../../walk/types.js';
import type { ModuleOption, Target } from '../types.js';
import type { ChainTable } from './chain.js';

/** Targets that only report, or change something that no rule matches on. */
const observers: ReadonlySet<string> = new Set(['LOG', 'NFLOG', 'TRACE', 'AUDIT', 'TEE', 'CHECKSUM', 'TCPMSS']);

/** Targets that change a packet's destination. */
const redirecting: ReadonlySet<string> = new Set(['DNAT', 'REDIRECT', 'NETMAP', 'TPROXY']);

const verdicts = { ACCEPT: { kind: 'accept' }, DROP: { kind: 'drop' }, RETURN: { kind: 'return' } } as const;

/** The action of a target. `table`: the chains to which it may jump. Undefined: the rule only counts. */
export function actionOf(target: Target | undefined, family: Family, table: ChainTable): Action | undefined {
  switch (target?.kind) {
    case undefined:
      return undefined;
    case 'jump':
    case 'goto':
      return { kind: target.kind, name: target.chain, chain: table.get(target.chain) };
    case 'verdict':
      return verdicts[target.verdict];
    case 'reject':
    case 'masquerade':
      return { kind: target.kind };
    case 'mark':
      return { kind: 'mark', mark: markOf(target) };
    case 'connectionMark':
      return target.operation === 'set'
        ? { kind: 'connectionMark', mark: target.mark }
        : { ...target, kind: target.operation === 'save' ? 'saveMark' : 'restoreMark' };
    case 'destinationNat':
    case 'sourceNat':
      return { kind: target.kind, range: readNatRange(target.to, family), text: target.to };
    case 'redirect':
      return { kind: 'redirect', ports: target.toPorts };
    case 'netmap':
      return { kind: 'prefixNat', prefix: target.to };
    case 'module':
      return moduleAction(target);
    case 'other':
      if (target.words[0] === '[unsupported' && redirecting.has(target.name))
        return {
          kind: 'hidden',
          text: `is sent by ${target.name} to an address that the dump does not show ([unsupported revision]: iptables-save was older than the rule; run the iptables-save of the program that wrote the rule)`,
        };
      return {
        kind: 'assume',
        text: `the target ${target.name}, which kubechains does not support, does nothing`,
      };
  }
}

/** For `--or-mark` the mask is the value; for `--xor-mark` it is zero. */
function markOf(target: Target & { readonly kind: 'mark' }): { readonly value: number; readonly mask: number } {
  if (target.operation === 'setXmark') return target.mark;
  return { value: target.bits, mask: target.operation === 'orMark' ? target.bits : 0 };
}

/** Without an address, or with 0.0.0.0, TPROXY uses an address of the interface (net/netfilter/xt_TPROXY.c). */
function proxyAction(options: readonly ModuleOption[]): Action {
  const value = (name: string): string => options.find((option) => option.name === name)?.value ?? '';
  const [mark = '', mask] = value('--tproxy-mark').split('/');
  const address = readAddress(value('--on-ip'));
  return {
    kind: 'proxy',
    port: Number(value('--on-port')) || 0,
    address: address?.value === 0n ? undefined : address,
    mark:
      mark === ''
        ? { value: 0, mask: 0 }
        : { value: Number(mark), mask: mask === undefined ? 0xffffffff : Number(mask) },
  };
}

function moduleAction({ name, options }: Target & { readonly kind: 'module' }): Action | undefined {
  if (observers.has(name)) return { kind: 'observe' };
  if (name === 'NOTRACK' || (name === 'CT' && options.some((option) => option.name === '--notrack')))
    return { kind: 'untrack' };
  if (name === 'NFQUEUE') return { kind: 'assume', text: 'the program behind NFQUEUE accepts the packet' };
  if (name === 'TPROXY') return proxyAction(options);
  return { kind: 'pass' };
}
