import { readServiceChainName } from '../../nftables/services/service-chain-name.js';
import { destinationsOf } from '../../nftables/services/endpoints.js';
import { isKubeProxyTable } from '../../nftables/services/kube-proxy-table.js';
import { elementText, isVerdict } from '../../nftables/print-expression.js';
import type { Chain, NamedSet, Rule, SetElement } from '../../nftables/types.js';
import { serviceChainWords } from '../rules/service-chain.js';
import type { ExplainedChain, ExplainedRule } from '../types.js';
import { plain } from '../words/plain.js';
import type { ActionContext } from './action-words.js';
import { elementWords } from './element-words.js';
import { ruleWords, shownRule } from './rule-words.js';
import { targetsOf, type TableIndex } from './table-index.js';
import { baseWords, kubeProxyChainWords, ownerOfChain } from './table-words.js';

/** Describes the chains, sets and maps of one table, and the effects of their rules and elements. */
export class TableNaming {
  private readonly context: ActionContext;
  private readonly isKubeProxys: boolean;

  constructor(readonly index: TableIndex) {
    this.isKubeProxys = isKubeProxyTable(index.table);
    this.context = {
      chainWords: (chain) => this.words(chain),
      ...(this.isKubeProxys ? { masqueradeMark: markOf(index) } : {}),
    };
  }

  /** The Service port of a chain; `''` if there is none or it is unknown. */
  serves(chain: string): string {
    const name = this.isKubeProxys ? readServiceChainName(chain)?.servicePort.text : undefined;
    return name === undefined ? '' : plain(name);
  }

  /** The purpose of a chain, set or map; undefined if unknown. */
  words(name: string): string | undefined {
    const chain = this.index.chains.get(name);
    const known = this.isKubeProxys ? (kubeProxyChainWords(name) ?? this.serviceWords(name)) : undefined;
    if (known !== undefined) return known;
    const remark = chain?.comment ?? this.index.sets.get(name)?.comment;
    if (remark !== undefined) return plain(remark);
    if (chain?.base !== undefined) return baseWords(chain.base);
    const owner = ownerOfChain(this.index.table, name);
    return owner === 'unknown' || owner === 'kube-proxy' ? undefined : `owned by ${owner}`;
  }

  private serviceWords(name: string): string | undefined {
    if (name.startsWith('affinity-')) return this.affinityWords(name);
    const chain = readServiceChainName(name);
    if (chain === undefined || chain.kind === 'localOld') return undefined;
    const service = plain(chain.servicePort.text);
    if (chain.kind === 'endpoint')
      return `the endpoint ${this.endpointOf(name) ?? ''} of ${service}`.replace('  ', ' ');
    return chain.kind === 'firewall'
      ? `drops packets from outside the loadBalancerSourceRanges of ${service}`
      : serviceChainWords[chain.kind](service);
  }

  private affinityWords(name: string): string | undefined {
    const endpoint = this.serviceWords(name.replace('affinity-', 'endpoint-'));
    return endpoint === undefined ? undefined : `clients that keep to ${endpoint}`;
  }

  private endpointOf(name: string): string | undefined {
    const [first] = this.index.chains.get(name)?.rules.flatMap(destinationsOf) ?? [];
    return first === undefined ? undefined : plain(first);
  }

  /** A rule with its number, text and description. */
  rule(rule: Rule, number: number): ExplainedRule {
    return {
      number,
      text: shownRule(rule),
      words: ruleWords(rule, this.context),
      ...(rule.comment === undefined ? {} : { comment: plain(rule.comment) }),
      leadsTo: leadsTo(rule, this.index),
    };
  }

  /** An element of a map or set: its key, and the map's value for it. */
  element(element: SetElement, number: number, set: NamedSet): ExplainedRule {
    const { value, comment } = element;
    const verdict = value !== undefined && isVerdict(value) ? value : undefined;
    const chain = verdict !== undefined && 'chain' in verdict ? verdict.chain : '';
    return {
      number,
      text: safeElement(element),
      words: elementWords(element, set, this.context),
      ...(comment === undefined ? {} : { comment: plain(comment) }),
      ...(verdict === undefined ? {} : { leadsTo: endOf(verdict.kind, chain) }),
    };
  }

  /** A chain with all its rules. */
  chain({ name, rules }: Chain): ExplainedChain {
    return {
      table: plain(this.index.name),
      chain: plain(name),
      words: this.words(name) ?? '',
      rules: rules.map((rule, position) => this.rule(rule, position + 1)),
    };
  }

  /** A set or map with the elements at these positions; without positions, all. */
  set(set: NamedSet, positions?: readonly number[]): ExplainedChain {
    const chosen = positions ?? set.elements.map((_, position) => position);
    return {
      table: plain(this.index.name),
      chain: plain(set.name),
      kind: set.kind === 'map' ? 'map' : 'set',
      words: this.words(set.name) ?? '',
      rules: chosen.flatMap((position) => {
        const element = set.elements[position];
        return element === undefined ? [] : [this.element(element, position + 1, set)];
      }),
    };
  }
}

/** The mark bit for masquerading: the one that the masquerading chain tests. */
function markOf({ chains }: TableIndex): number {
  for (const { statements } of chains.get('masquerading')?.rules ?? []) {
    for (const statement of statements) {
      if (statement.kind !== 'match' || statement.left.kind !== 'binary') continue;
      const { right } = statement.left;
      if (right.kind === 'literal') return Number(right.text);
    }
  }
  return 0;
}

function safeElement(element: SetElement): string {
  try {
    return plain(elementText(element), 2000);
  } catch {
    return plain(JSON.stringify(element.key), 2000);
  }
}

type Leads = NonNullable<ExplainedRule['leadsTo']>;

/** Where a rule leads: to chains, maps, endpoints, or an end. */
function leadsTo(rule: Rule, { chains, sets }: TableIndex): Leads {
  const named = [...targetsOf(rule)].flatMap((name): Leads => {
    if (chains.has(name)) return [{ name: plain(name), kind: 'chain' }];
    return sets.get(name)?.kind === 'map' ? [{ name: plain(name), kind: 'map' }] : [];
  });
  const endpoints = destinationsOf(rule).map((name) => ({ name: plain(name), kind: 'endpoint' as const }));
  const last = rule.statements.at(-1);
  const ends = last?.kind === 'drop' || last?.kind === 'reject' ? endOf(last.kind, '') : [];
  return [...named, ...endpoints, ...ends];
}

function endOf(kind: string, chain: string): Leads {
  if (chain !== '') return [{ name: plain(chain), kind: 'chain' }];
  return kind === 'drop' || kind === 'reject' ? [{ name: kind === 'drop' ? 'dropped' : 'rejected', kind: 'end' }] : [];
}
