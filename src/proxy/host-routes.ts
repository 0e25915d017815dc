/** Reads `ip -json route`, `ip -json rule` and `ip -json neighbour`, as far as packets depend on them. */
import type { Json, JsonObject } from '../manifests/types.js';
import { families, familyOf, type Family } from '../net/address.js';
import { numberIn, textIn } from './host-values.js';
import { objectOf } from '../manifests/values.js';

/** One route. */
export interface HostRoute {
  readonly family: Family;
  /** With a prefix length: `0.0.0.0/0` for `default`. */
  readonly destination: string;
  /** `unicast`, `local`, `broadcast`, `blackhole`, `unreachable`, `prohibit`, `throw` … */
  readonly type: string;
  /** `main` if the output names none. */
  readonly table: string;
  /** The interfaces it leads to: several for several next hops. */
  readonly devices: readonly string[];
  /** The source address for processes on the node. */
  readonly source: string | undefined;
  /** Of routes to the same destination, the one with the smallest metric is used. */
  readonly metric: number;
}

/** One policy-routing rule. */
export interface HostRule {
  readonly families: readonly Family[];
  readonly priority: number;
  readonly negated: boolean;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly mark: { readonly value: number; readonly mask: number } | undefined;
  readonly inInterface: string | undefined;
  readonly outInterface: string | undefined;
  readonly protocol: string | undefined;
  readonly destinationPort: number | undefined;
  /** Conditions that a trace cannot evaluate, such as `uid_start`. */
  readonly others: readonly string[];
  readonly action: 'lookup' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit';
  readonly table: string | undefined;
  readonly goTo: number | undefined;
  /** Routes with this prefix length or shorter are ignored. */
  readonly suppressedLength: number | undefined;
}

/** The neighbour at an address of a subnet. */
export interface HostNeighbour {
  readonly address: string;
  readonly device: string;
  /** Undefined if nothing has answered. */
  readonly linkAddress: string | undefined;
  readonly states: readonly string[];
}

/** Names that iproute2 prints instead of table numbers (/etc/iproute2/rt_tables). */
const tableNames: Readonly<Record<string, string>> = { 255: 'local', 254: 'main', 253: 'default' };

function tableOf({ table }: JsonObject): string | undefined {
  const text = typeof table === 'number' ? String(table) : table;
  return typeof text === 'string' ? (tableNames[text] ?? text) : undefined;
}

/** Reads routes. The family of `default` is that of its next hop, else that of the routes around it. */
export function readRoutes(items: readonly Json[]): HostRoute[] {
  let family: Family = firstOf(items.map(objectOf).map(familyIn)) ?? 'ipv4';
  return items.map(objectOf).map((item) => {
    family = familyIn(item) ?? family;
    const hops = Array.isArray(item.nexthops) ? item.nexthops.map(objectOf) : [];
    return {
      family,
      destination: destinationOf(textIn(item, 'dst') ?? 'default', family),
      type: textIn(item, 'type') ?? 'unicast',
      table: tableOf(item) ?? 'main',
      devices: [...new Set([item, ...hops].flatMap((one) => textIn(one, 'dev') ?? []))],
      source: textIn(item, 'prefsrc'),
      metric: numberIn(item, 'metric') ?? 0,
    };
  });
}

function firstOf(all: readonly (Family | undefined)[]): Family | undefined {
  return all.find((family) => family !== undefined);
}

/** The family of a route's addresses, or of its next hops. */
function familyIn(item: JsonObject): Family | undefined {
  const hops = Array.isArray(item.nexthops) ? item.nexthops.map(objectOf) : [];
  const texts = [textIn(item, 'dst')?.split('/')[0], textIn(item, 'prefsrc'), ...[item, ...hops].map(gatewayOf)];
  for (const text of texts) {
    const family = text === undefined ? undefined : familyOf(text);
    if (family !== undefined) return family;
  }
  // Only IPv6 routes have a preference (RFC 4191).
  return item.pref === undefined ? undefined : 'ipv6';
}

/** A next hop of the other family (`via inet6 …`) does not show the route's family. */
function gatewayOf(item: JsonObject): string | undefined {
  return item.via === undefined ? textIn(item, 'gateway') : undefined;
}

function destinationOf(text: string, family: Family): string {
  if (text === 'default') return family === 'ipv4' ? '0.0.0.0/0' : '::/0';
  return text.includes('/') ? text : `${text}/${family === 'ipv4' ? 32 : 128}`;
}

const known = [
  'priority',
  'not',
  'src',
  'srclen',
  'dst',
  'dstlen',
  'fwmark',
  'fwmask',
  'iif',
  'oif',
  'table',
  'action',
];
const alsoKnown = ['goto', 'suppress_prefixlen', 'ipproto', 'dport', 'protocol', 'l3mdev', 'unresolved', 'nop'];

/** Reads rules in order of their priorities. One array is the output of one call, so it has one family. */
export function readRules(items: readonly Json[]): HostRule[] {
  const rules = items.map(objectOf);
  return splitByCall(rules)
    .flatMap((call) => {
      const families = familiesOf(call);
      return call.map((rule) => readRule(rule, families));
    })
    .sort((a, b) => a.priority - b.priority);
}

/** A decreasing priority marks the beginning of another call's output. */
function splitByCall(rules: readonly JsonObject[]): JsonObject[][] {
  const calls: JsonObject[][] = [];
  let last = Infinity;
  for (const rule of rules) {
    const priority = numberIn(rule, 'priority') ?? 0;
    if (priority < last) calls.push([rule]);
    else calls.at(-1)?.push(rule);
    last = priority;
  }
  return calls;
}

/** Only IPv4 has a table `default` at boot (net/ipv4/fib_rules.c). */
function familiesOf(call: readonly JsonObject[]): readonly Family[] {
  for (const rule of call) {
    for (const text of [textIn(rule, 'src'), textIn(rule, 'dst')]) {
      const family = text === undefined ? undefined : familyOf(text.split('/')[0] ?? '');
      if (family !== undefined) return [family];
    }
  }
  if (call.some((rule) => tableOf(rule) === 'default')) return ['ipv4'];
  return call.every((rule) => ['local', 'main'].includes(tableOf(rule) ?? '')) ? ['ipv6'] : families;
}

function readRule(rule: JsonObject, ruleFamilies: readonly Family[]): HostRule {
  const others = Object.keys(rule).filter((name) => !known.includes(name) && !alsoKnown.includes(name));
  const action = textIn(rule, 'action');
  return {
    families: ruleFamilies,
    priority: numberIn(rule, 'priority') ?? 0,
    negated: rule.not !== undefined,
    source: prefixIn(rule, 'src', 'srclen'),
    destination: prefixIn(rule, 'dst', 'dstlen'),
    mark: markIn(rule),
    inInterface: textIn(rule, 'iif'),
    outInterface: textIn(rule, 'oif'),
    protocol: textIn(rule, 'ipproto'),
    destinationPort: numberIn(rule, 'dport'),
    others,
    action:
      rule.goto !== undefined
        ? 'goto'
        : action === 'blackhole' || action === 'unreachable' || action === 'prohibit' || action === 'nop'
          ? action
          : 'lookup',
    table: tableOf(rule),
    goTo: numberIn(rule, 'goto'),
    suppressedLength: numberIn(rule, 'suppress_prefixlen'),
  };
}

function prefixIn(rule: JsonObject, name: string, length: string): string | undefined {
  const text = textIn(rule, name);
  if (text === undefined || text === 'all') return undefined;
  const bits = numberIn(rule, length);
  return text.includes('/') || bits === undefined ? text : `${text}/${bits}`;
}

function markIn(rule: JsonObject): HostRule['mark'] {
  const value = numberIn(rule, 'fwmark');
  return value === undefined ? undefined : { value, mask: numberIn(rule, 'fwmask') ?? 0xffffffff };
}

/** Reads neighbours. */
export function readNeighbours(items: readonly Json[]): HostNeighbour[] {
  return items
    .map(objectOf)
    .filter((item) => textIn(item, 'dst') !== undefined && textIn(item, 'dev') !== undefined)
    .map((item) => ({
      address: textIn(item, 'dst') ?? '',
      device: textIn(item, 'dev') ?? '',
      linkAddress: textIn(item, 'lladdr'),
      states: Array.isArray(item.state) ? item.state.filter((state): state is string => typeof state === 'string') : [],
    }));
}
