/** Policy routing and routes from host facts (net/core/fib_rules.c, net/ipv4/fib_trie.c). */
import type { Family } from '../net/address.js';
import type { HostFacts } from '../proxy/host.js';
import type { HostRoute, HostRule } from '../proxy/host.js';
import { contains, readMaskedAddress, type MaskedAddress, type TraceAddress } from './address.js';
import { PrefixIndex } from './prefix-index.js';
import { entryOf } from '../diagnostics/groups.js';

/** The input of a lookup. */
export interface RouteQuestion {
  readonly destination: TraceAddress;
  readonly source?: TraceAddress;
  readonly mark?: number;
  /** `lo` for packets that the node itself sends. */
  readonly inInterface?: string;
  readonly protocol?: string;
  readonly destinationPort?: number;
}

/** The result of routing. `refused`: a route or rule of that type (`none`: no route) stops the packet. */
export type RouteAnswer =
  | {
      readonly kind: 'route';
      readonly isLocal: boolean;
      readonly device: string;
      readonly isOneDevice: boolean;
      readonly source: string | undefined;
      readonly length: number;
    }
  | { readonly kind: 'refused'; readonly type: 'blackhole' | 'unreachable' | 'prohibit' | 'none' }
  /** The facts are incomplete; `text` says what is missing. */
  | { readonly kind: 'unknown'; readonly text: string };

interface KnownRoute {
  readonly route: HostRoute;
  readonly length: number;
}

const usualRules: readonly Pick<HostRule, 'action' | 'table'>[] = [
  { action: 'lookup', table: 'main' },
  { action: 'lookup', table: 'default' },
];

/** The routes of one family; undefined if none of it was given. */
export function routingOf(facts: HostFacts | undefined, family: Family): Routing | undefined {
  const routes = facts?.routes?.filter((route) => route.family === family) ?? [];
  if (routes.length === 0) return undefined;
  return new Routing(
    routes,
    facts?.rules?.filter((rule) => rule.families.includes(family)),
    family,
  );
}

/** Routes by table, and the rules that select one. The table `local` is replaced by the node's addresses. */
export class Routing {
  private readonly tables = new Map<string, PrefixIndex<KnownRoute>>();
  private readonly routed: { readonly base: bigint; readonly length: number }[] = [];
  /** The sources in rules; an invalid prefix contains no address. */
  private readonly sources: readonly MaskedAddress[];

  constructor(
    routes: readonly HostRoute[],
    /** Undefined: the default rules of every node. */
    readonly rules: readonly HostRule[] | undefined,
    private readonly family: Family,
  ) {
    for (const route of routes) {
      const prefix = readMaskedAddress(route.destination, family);
      if (prefix === undefined) continue;
      const length = Number(route.destination.split('/')[1]);
      const table = entryOf(this.tables, route.table, () => new PrefixIndex<KnownRoute>());
      table.add(prefix, { route, length }, (one, than) => one.route.metric < than.route.metric);
      this.routed.push({ base: prefix.base, length });
    }
    const named = new Set((rules ?? []).flatMap(({ source }) => source ?? []));
    this.sources = [...named].flatMap((text) => readMaskedAddress(text, family) ?? []);
  }

  /** Which prefixes in rules contain a source; equal for sources that are routed equally. */
  sourceKey(source: TraceAddress): string {
    return this.sources.flatMap((prefix, index) => (contains(prefix, source) ? [index] : [])).join();
  }

  /** Every prefix in routes and rules. */
  get prefixes(): readonly { readonly base: bigint; readonly length: number }[] {
    const named = (this.rules ?? []).flatMap(({ source, destination }) => [source, destination]);
    const ofRules = named.flatMap((text) => {
      const masked = text === undefined ? undefined : readMaskedAddress(text, this.family);
      const length = Number(text?.split('/')[1] ?? (this.family === 'ipv4' ? 32 : 128));
      return masked === undefined ? [] : [{ base: masked.base, length }];
    });
    return [...ofRules, ...this.routed];
  }

  lookup(question: RouteQuestion): RouteAnswer {
    const rules = this.rules ?? usualRules;
    let from = 0;
    for (const rule of rules) {
      const priority = 'priority' in rule ? (rule as HostRule).priority : 0;
      if (priority < from || ('priority' in rule && !isMet(rule as HostRule, question, this.family))) continue;
      if (rule.action === 'goto') from = (rule as HostRule).goTo ?? 0;
      else if (rule.action === 'nop') continue;
      else if (rule.action !== 'lookup') return { kind: 'refused', type: rule.action };
      else {
        const answer = this.inTable(rule, question);
        if (answer !== undefined) return answer;
      }
    }
    return { kind: 'refused', type: 'none' };
  }

  private inTable(rule: Partial<HostRule>, { destination }: RouteQuestion): RouteAnswer | undefined {
    const { table = 'main' } = rule;
    if (table === 'local') return undefined;
    const routes = this.tables.get(table);
    if (routes === undefined) return table === 'default' || table === 'main' ? undefined : missing(table);
    const found = routes.longest(destination);
    if (found === undefined || found.length <= (rule.suppressedLength ?? -1) || found.route.type === 'throw')
      return undefined;
    const { type, devices, source } = found.route;
    if (type === 'blackhole' || type === 'unreachable' || type === 'prohibit') return { kind: 'refused', type };
    const [device = ''] = devices;
    return {
      kind: 'route',
      isLocal: type === 'local',
      device,
      isOneDevice: devices.length === 1,
      source,
      length: found.length,
    };
  }
}

function missing(table: string): RouteAnswer {
  return {
    kind: 'unknown',
    text: `a rule of ip rule asks the routing table ${table}, which was not given (ip -json route show table all)`,
  };
}

/** A condition that a trace cannot evaluate counts as not met. */
function isMet(rule: HostRule, question: RouteQuestion, family: Family): boolean {
  if (rule.others.length > 0) return false;
  const { mark, source, destination, inInterface } = rule;
  const checks = [
    source === undefined || isIn(source, question.source, family),
    destination === undefined || isIn(destination, question.destination, family),
    mark === undefined || ((question.mark ?? 0) & mark.mask) >>> 0 === mark.value >>> 0,
    inInterface === undefined || inInterface === question.inInterface,
    rule.outInterface === undefined,
    rule.protocol === undefined || rule.protocol === question.protocol,
    rule.destinationPort === undefined || rule.destinationPort === question.destinationPort,
  ];
  return checks.every(Boolean) !== rule.negated;
}

function isIn(prefix: string, address: TraceAddress | undefined, family: Family): boolean {
  const masked = readMaskedAddress(prefix, family);
  return masked !== undefined && address !== undefined && contains(masked, address);
}
