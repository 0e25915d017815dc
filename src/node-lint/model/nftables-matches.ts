/** What the conditions of a rule of nftables say of protocol, address and port, as far as each is one constant. */
import type { Expression, MatchStatement, Rule, Table } from '../../nftables/types.js';
import type { Family } from '../../net/address.js';
import { literalText } from '../../nftables/constants.js';

/** The only protocol, destination port and destination address that meet a rule's conditions; undefined if any may. */
interface RuleAsks {
  readonly protocol: string | undefined;
  readonly port: number | undefined;
  readonly address: string | undefined;
}

export function asksOf({ statements }: Rule): RuleAsks {
  let protocol: string | undefined;
  let port: number | undefined;
  let address: string | undefined;
  for (const statement of statements) {
    if (statement.kind !== 'match') continue;
    const value = constantOf(statement);
    const { left } = statement;
    if (left.kind === 'payload' && ['tcp', 'udp', 'sctp'].includes(left.protocol)) {
      protocol = left.protocol;
      if (left.field === 'dport') port = portOf(value);
    } else if (left.kind === 'payload' && left.protocol === 'th' && left.field === 'dport') port = portOf(value);
    else if (left.kind === 'payload' && left.field === 'daddr') address = value;
    else if (isProtocol(left)) protocol = value;
  }
  return { protocol, port, address };
}

/** The families of the packets that a table sees. */
export function familiesOf({ family }: Table): readonly Family[] {
  if (family === 'ip') return ['ipv4'];
  if (family === 'ip6') return ['ipv6'];
  return family === 'inet' ? ['ipv4', 'ipv6'] : [];
}

/** A port in digits. */
export function portOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

function isProtocol(left: Expression): boolean {
  if (left.kind === 'meta') return left.key === 'l4proto';
  return left.kind === 'payload' && (left.field === 'protocol' || left.field === 'nexthdr');
}

/** The only value that meets a condition. */
function constantOf({ operator = '==', right, mask }: MatchStatement): string | undefined {
  return operator === '==' && mask === undefined ? literalText(right) : undefined;
}
