/** Whether packets have the fields of an expression: where one is missing, a rule ends, negated or not. */
import type { Family } from '../../net/address.js';
import { hasConnection } from '../../walk/connection.js';
import { transportIn } from '../../walk/part.js';
import { ofProtocols, pings, type Transport } from '../../walk/transport.js';
import type { Test } from '../../walk/types.js';
import type { Expression, Statement } from '../types.js';
import type { Selector } from './field.js';

/** The conditions for a packet to have all fields of an expression. */
export function presencesIn(expression: Expression, family: Family): Test[] {
  switch (expression.kind) {
    case 'concatenation':
      return expression.parts.flatMap((part) => presencesIn(part, family));
    case 'map':
      return presencesIn(expression.key, family);
    case 'hash':
      return expression.of === undefined ? [] : presencesIn(expression.of, family);
    case 'binary':
      return [...presencesIn(expression.left, family), ...presencesIn(expression.right, family)];
    default: {
      const presence = presenceOf(expression, family);
      return presence === undefined ? [] : [presence];
    }
  }
}

/** The conditions for a packet to have what a statement other than a condition reads. */
export function neededFields(statement: Statement, family: Family): Test[] {
  return expressionsOf(statement).flatMap((one) => (one === undefined ? [] : presencesIn(one, family)));
}

function expressionsOf(statement: Statement): readonly (Expression | undefined)[] {
  switch (statement.kind) {
    case 'verdictMap':
    case 'meter':
      return [statement.key];
    case 'setUpdate':
      return [statement.element.key];
    case 'assign':
      // A mark for a connection that is not there is not set, and the rule continues (nft_ct_set_eval).
      return statement.target.kind === 'ct' ? [statement.value] : [statement.target, statement.value];
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
    case 'tproxy':
      return [statement.address, statement.port];
    case 'objectReference':
      return [statement.name];
    case 'reject':
      return statement.with === undefined ? [] : [headerOf(statement.with.protocol)];
    default:
      return [];
  }
}

/** nft adds the condition to the rule: a reset is for TCP only, and so on. */
function headerOf(protocol: 'tcp' | 'icmp' | 'icmpv6' | 'icmpx'): Expression | undefined {
  switch (protocol) {
    case 'tcp':
      return { kind: 'payload', protocol, field: 'flags' };
    case 'icmp':
      return { kind: 'payload', protocol: 'ip', field: 'version' };
    case 'icmpv6':
      return { kind: 'payload', protocol: 'ip6', field: 'version' };
    default:
      return undefined;
  }
}

/** The condition for a packet to have the field; undefined: every packet has it, or it is not known. */
function presenceOf(selector: Selector, family: Family): Test | undefined {
  switch (selector.kind) {
    case 'payload':
      return headerPresence(selector.protocol, family);
    case 'selector': {
      const [header = '', kind] = selector.words;
      return kind === 'option' || kind === 'chunk' ? headerPresence(header, family) : undefined;
    }
    case 'ct':
      return connectionPresence(selector.key, family);
    default:
      return undefined;
  }
}

const never: Test = () => false;

/** Headers of tunnels and extension headers are in no first packet. */
function headerPresence(protocol: string, family: Family): Test | undefined {
  switch (protocol) {
    case 'ip':
    case 'ip6':
      return isOf(protocol, family) ? undefined : never;
    case 'icmp':
    case 'icmpv6':
      return (protocol === 'icmp') === (family === 'ipv4') ? hasTransport(pings) : never;
    case 'tcp':
    case 'udp':
    case 'sctp':
      return hasTransport(ofProtocols([protocol]));
    case 'ether':
    case 'vlan':
    case 'th':
      return undefined;
    default:
      return never;
  }
}

function isOf(protocol: 'ip' | 'ip6', family: Family): boolean {
  return (protocol === 'ip') === (family === 'ipv4');
}

function hasTransport(set: Transport): Test {
  return (state) => transportIn(state, set);
}

/** A packet without a connection has a state nevertheless. */
function connectionPresence(key: string, family: Family): Test | undefined {
  const [word] = key.split(' ');
  if ((word === 'ip' || word === 'ip6') && !isOf(word, family)) return never;
  return key === 'state' ? undefined : hasConnection;
}
