/** The rules that send packets to a port of the node itself. */
import { reachableChains } from '../../explain/rules/reachable.js';
import { protocolOf } from '../../explain/rules/endings.js';
import { portsOf } from '../../explain/rules/implied.js';
import type { PortRange, Target } from '../../iptables/types.js';
import type { Rule, Statement } from '../../nftables/types.js';
import { readAddress } from '../../walk/address.js';
import type { HostModel } from '../../walk/host.js';
import type { DumpPlace, FamilyContext, NodeContext } from '../context.js';
import { hooksOf } from './impossible.js';
import { chainsOf, unreachedChainsOf } from './nftables.js';
import { asksOf, familiesOf, portOf } from './nftables-matches.js';
import { nftablesOf } from './nftables-words.js';
import { literalText } from '../../nftables/constants.js';

export interface LocalTarget {
  readonly place: DumpPlace;
  readonly chain: string;
  readonly protocol: string;
  readonly ports: PortRange;
  /** Undefined for REDIRECT: the address of the interface by which packets arrive, or 127.0.0.1 in OUTPUT. */
  readonly address: string | undefined;
  /** Whether only packets that other machines and Pods send get to the rule. */
  readonly isForArriving: boolean;
}

/** Those of a family with a certain port. Linear in the rules. */
export function localTargets(context: NodeContext, family: FamilyContext): LocalTarget[] {
  return [...ofIptables(context, family), ...ofNftables(context, family)];
}

function ofIptables({ host }: NodeContext, family: FamilyContext): LocalTarget[] {
  const { index } = family;
  const reached = reachableChains(index, 'nat');
  const hooks = hooksOf(index, 'nat');
  return index
    .chains('nat')
    .filter(({ name }) => reached.has(name))
    .flatMap((chain) =>
      chain.rules.flatMap((rule, position) => {
        const protocol = protocolOf(rule.matches);
        const asked = rule.matches.flatMap((match) => portsOf(match, 'destination') ?? []);
        const to = targetOf(rule.target, asked.length === 1 ? asked[0] : undefined, host);
        if (protocol === undefined || to === undefined) return [];
        const place = family.placeOf({ chain, number: position + 1, rule });
        const isForArriving = hooks.get(chain.name)?.has('OUTPUT') === false;
        return [{ ...to, place, chain: chain.name, protocol, isForArriving }];
      }),
    );
}

type To = Pick<LocalTarget, 'ports' | 'address'>;

function targetOf(target: Target | undefined, asked: PortRange | undefined, host: HostModel): To | undefined {
  if (target?.kind === 'redirect') {
    const ports = target.toPorts ?? asked;
    return ports === undefined ? undefined : { ports, address: undefined };
  }
  if (target?.kind !== 'destinationNat') return undefined;
  const [, six, four, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(target.to) ?? [];
  const port = portOf(digits);
  return atNode(six ?? four, port === undefined ? asked : { from: port, to: port }, host);
}

/** The address and port, if the address is one of the node's. */
function atNode(text: string | undefined, ports: PortRange | undefined, host: HostModel): To | undefined {
  const address = readAddress(text ?? '');
  if (address === undefined || ports === undefined || host.isLocal(address) !== true) return undefined;
  return { ports, address: address.text };
}

function ofNftables(context: NodeContext, { family }: FamilyContext): LocalTarget[] {
  return nftablesOf(context).flatMap(({ table, place }) => {
    if (!familiesOf(table).includes(family)) return [];
    const unreached = new Set(unreachedChainsOf(table));
    return chainsOf(table)
      .filter((chain) => !unreached.has(chain))
      .flatMap((chain) =>
        chain.rules.flatMap((rule) => {
          const { protocol } = asksOf(rule);
          const to = targetOfRule(rule, context.host);
          if (protocol === undefined || to === undefined) return [];
          const line = rule.place?.line ?? place.line;
          const isForArriving = chain.base?.hook === 'prerouting';
          return [{ ...to, place: { ...place, line }, chain: chain.name, protocol, isForArriving }];
        }),
      );
  });
}

function targetOfRule(rule: Rule, host: HostModel): To | undefined {
  const { port } = asksOf(rule);
  const nat = rule.statements.find(isDestinationNat);
  if (nat === undefined) return undefined;
  const to = portOf(literalText(nat.port)) ?? (nat.port === undefined ? port : undefined);
  const ports = to === undefined ? undefined : { from: to, to };
  if (nat.kind === 'redirect') return ports === undefined ? undefined : { ports, address: undefined };
  return atNode(literalText(nat.address), ports, host);
}

function isDestinationNat(one: Statement): one is Statement & { readonly kind: 'redirect' | 'dnat' } {
  return one.kind === 'redirect' || one.kind === 'dnat';
}
