/** Conditions of nftables as conditions of iptables. */
import type { ConntrackState, Match, PortRange } from '../../iptables/types.js';
import { numberOf } from '../../nftables/program/values.js';
import type { Expression, MatchStatement, Rule, SetFlag, Statement, Table } from '../../nftables/types.js';
import { memoized } from '../../diagnostics/memoized.js';

/**
 * The conditions of a rule. One that iptables does not have is kept as its text: equal texts are equal conditions, if
 * they do not depend on chance, time or sets that rules fill.
 */
export function matchesOf({ statements }: Rule, table: Table): Match[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'match') return translated(statement, table) ?? [asText(statement, table)];
    return isCondition(statement) ? [unstable(statement)] : [];
  });
}

/** Statements after which a rule may end, besides matches: rates, maps without the key, full sets, lost options. */
function isCondition({ kind }: Statement): boolean {
  return ![
    'accept',
    'drop',
    'continue',
    'return',
    'jump',
    'goto',
    'counter',
    'log',
    'last',
    'assign',
    'notrack',
    'reject',
    'snat',
    'dnat',
    'masquerade',
    'redirect',
  ].includes(kind);
}

function unstable(statement: Statement): Match {
  return { kind: 'other', module: 'nft', words: [JSON.stringify(statement)] };
}

/** A condition as its text. */
function asText(statement: MatchStatement, table: Table): Match {
  const text = JSON.stringify(statement);
  return isStable(text, table) ? { kind: 'module', module: 'nft', options: [{ name: text }] } : unstable(statement);
}

/** Conditions on fields that no rule changes: not chance, time or sets that rules fill. */
function isStable(text: string, table: Table): boolean {
  if (/"kind":"(?:numgen|hash|selector|rawPayload|map)"/.test(text)) return false;
  if (/"key":"(?:mark|priority|random|time|hour|day|pkttype|count|bytes|packets|avgpkt|label|zone)"/.test(text))
    return false;
  const sets = [...text.matchAll(/"kind":"setReference","name":("(?:[^"\\]|\\.)*")/g)].map(
    ([, name = '""']) => JSON.parse(name) as string,
  );
  const fixed = fixedSetsOf(table);
  return sets.every((name) => fixed.has(name));
}

/** The sets of a table that only people and programs change, not rules or time. */
const fixedSetsOf = memoized(
  ({ parts }: Table): ReadonlySet<string> =>
    new Set(
      parts.flatMap((part) =>
        part.kind === 'set' && part.timeout === undefined && part.flags?.some(isMoving) !== true ? [part.name] : [],
      ),
    ),
);

function isMoving(flag: SetFlag): boolean {
  return flag === 'dynamic' || flag === 'timeout';
}

/** The same condition in iptables' terms; undefined if it has none. */
function translated({ left, operator, right, mask }: MatchStatement, { family }: Table): Match[] | undefined {
  if (mask !== undefined || (operator !== undefined && operator !== '==' && operator !== '!=')) return undefined;
  const negated = operator === '!=' ? { negated: true } : {};
  switch (left.kind) {
    case 'payload':
      if (left.field === 'saddr' || left.field === 'daddr') return addressMatch(left, right, negated, family);
      return ofTransport(left, right, operator === '!=');
    case 'meta':
      return ofMeta(left.key, right, negated);
    case 'ct': {
      const states = left.key === 'state' && left.direction === undefined ? statesOf(right) : undefined;
      return states === undefined ? undefined : [{ kind: 'conntrackState', states, ...negated }];
    }
    default:
      return undefined;
  }
}

type Negated = { readonly negated?: boolean };

/** In a table for both families, a condition on every address of one is a condition. */
function addressMatch(
  { protocol, field }: Expression & { kind: 'payload' },
  right: Expression,
  negated: Negated,
  family: Table['family'],
): Match[] | undefined {
  if (protocol !== 'ip' && protocol !== 'ip6') return undefined;
  const prefix = prefixOf(right);
  if (prefix === undefined || (family === 'inet' && prefix.endsWith('/0'))) return undefined;
  return [{ kind: field === 'saddr' ? 'source' : 'destination', prefix, ...negated }];
}

function prefixOf(value: Expression): string | undefined {
  if (value.kind === 'literal' && /^[\da-f.:]+$/i.test(value.text)) return value.text;
  return value.kind === 'prefix' ? `${value.address.text}/${value.length}` : undefined;
}

function ofTransport(
  { protocol, field }: Expression & { kind: 'payload' },
  right: Expression,
  isNegated: boolean,
): Match[] | undefined {
  if (protocol === 'ip' && field === 'protocol') return protocolMatch(right, isNegated);
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return undefined;
  if (field !== 'sport' && field !== 'dport') return undefined;
  const ports = portsIn(right);
  if (ports === undefined) return undefined;
  const side = field === 'sport' ? 'source' : 'destination';
  return [
    { kind: 'protocol', protocol },
    { kind: 'multiport', side, ports, ...(isNegated ? { negated: true } : {}) },
  ];
}

function portsIn(value: Expression): PortRange[] | undefined {
  const items = value.kind === 'anonymousSet' ? value.elements.map(({ key }) => key) : [value];
  const ports = items.map((item) => {
    if (item.kind !== 'range' && item.kind !== 'literal') return undefined;
    const [from, to] =
      item.kind === 'range' ? [numberOf(item.from), numberOf(item.to)] : [numberOf(item), numberOf(item)];
    return from === undefined || to === undefined ? undefined : { from, to };
  });
  return ports.some((port) => port === undefined) ? undefined : ports.flatMap((port) => port ?? []);
}

function protocolMatch(right: Expression, isNegated: boolean): Match[] | undefined {
  if (right.kind !== 'literal' || !/^(?:tcp|udp|sctp|icmp|ipv6-icmp|icmpv6|esp|ah|gre)$/.test(right.text))
    return undefined;
  return [{ kind: 'protocol', protocol: right.text, ...(isNegated ? { negated: true } : {}) }];
}

function ofMeta(key: string, right: Expression, negated: Negated): Match[] | undefined {
  if (key === 'l4proto') return protocolMatch(right, negated.negated === true);
  if (key !== 'iifname' && key !== 'oifname') return undefined;
  if (right.kind !== 'string' || right.text === '' || right.text.includes('+')) return undefined;
  const name = right.text.replace(/\*$/, '+');
  return name.includes('*')
    ? undefined
    : [{ kind: key === 'iifname' ? 'inInterface' : 'outInterface', name, ...negated }];
}

const states: Readonly<Record<string, ConntrackState>> = {
  new: 'NEW',
  established: 'ESTABLISHED',
  related: 'RELATED',
  invalid: 'INVALID',
  untracked: 'UNTRACKED',
};

function statesOf(value: Expression): ConntrackState[] | undefined {
  const items =
    value.kind === 'list'
      ? value.items
      : value.kind === 'anonymousSet'
        ? value.elements.map(({ key }) => key)
        : [value];
  const found = items.map((item) => (item.kind === 'literal' ? states[item.text] : undefined));
  return found.some((state) => state === undefined) ? undefined : found.flatMap((state) => state ?? []);
}
