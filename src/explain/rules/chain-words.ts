import { saveRule } from '../../iptables/print/save.js';
import type { Rule, TableName } from '../../iptables/types.js';
import type { ExplainedChain, ExplainedRule } from '../types.js';
import { plain } from '../words/plain.js';
import { ruleComment, ruleWords } from '../words/rule.js';
import { knownChainWords, hookWords, ownerOf } from './chain-owners.js';
import { lastAsked } from './dead-rules.js';
import type { FoundServicePort } from './discover.js';
import type { IndexedChain, RuleIndex } from './rule-index.js';
import { readServiceChainName, serviceChainWords } from './service-chain.js';
import { readNote } from './service-name.js';

/** Describes chains and the effects of their rules, with the names of the Services found. */
export class ChainNaming {
  private readonly ports = new Map<string, FoundServicePort>();

  constructor(
    private readonly index: RuleIndex,
    found: readonly FoundServicePort[],
  ) {
    for (const port of found) for (const chain of port.chains.values()) this.ports.set(chain, port);
  }

  /** The Service port of a chain; `''` if there is none or it is unknown. */
  serves(chain: string): string {
    const port = this.ports.get(chain);
    if (port?.name !== undefined) return port.name.text;
    if (readServiceChainName(chain)?.kind !== 'endpoint') return '';
    for (const { chain: caller } of this.index.callers('nat', chain)) {
      const name = this.ports.get(caller.name)?.name;
      if (name !== undefined) return name.text;
    }
    for (const rule of this.index.chain('nat', chain)?.rules ?? []) {
      const { name } = readNote(rule);
      if (name !== undefined) return name.text;
    }
    return '';
  }

  /** The purpose of a chain in a few words; undefined if unknown. */
  words(name: string): string | undefined {
    const known = knownChainWords(name) ?? hookWords(name);
    if (known !== undefined) return known;
    const parts = readServiceChainName(name);
    if (parts === undefined) return this.ownerWords(name);
    const of = this.serves(name);
    if (parts.kind === 'endpoint') {
      const endpoint = this.endpointOf(name);
      return `${endpoint === undefined ? 'an endpoint' : `the endpoint ${endpoint}`}${of === '' ? '' : ` of ${of}`}`;
    }
    const service = of === '' ? 'a Service' : of;
    return parts.kind === 'firewall' && !this.hasSources(name)
      ? `handles packets to the load balancer of ${service}`
      : serviceChainWords[parts.kind](service);
  }

  private hasSources(name: string): boolean {
    return (
      this.index.chain('nat', name)?.rules.some(({ matches }) => matches.some(({ kind }) => kind === 'source')) === true
    );
  }

  private ownerWords(name: string): string | undefined {
    const owner = ownerOf(name);
    return owner === 'unknown' ? undefined : `owned by ${owner}`;
  }

  /** The endpoint of a KUBE-SEP chain. */
  endpointOf(name: string): string | undefined {
    for (const { target } of this.index.chain('nat', name)?.rules ?? [])
      if (target?.kind === 'destinationNat') return plain(target.to);
    return undefined;
  }

  /** A rule with its number, text and description. */
  rule(table: TableName, rule: Rule, number: number): ExplainedRule {
    const comment = ruleComment(rule);
    return {
      number,
      text: this.text(rule),
      words: ruleWords(rule, table, (chain) => this.words(chain)),
      ...(comment === undefined ? {} : { comment }),
    };
  }

  /** Line breaks and similar characters are escaped; iptables-save never prints them. */
  private text(rule: Rule): string {
    try {
      return plain(saveRule(rule, this.index.ruleSet.family).trimEnd(), 2000);
    } catch {
      return plain(`-A ${rule.chain} ${JSON.stringify(rule.matches)}`, 2000);
    }
  }

  /** A chain with all its rules. */
  chain(chain: IndexedChain): ExplainedChain {
    const { table, name, rules } = chain;
    const last = lastAsked(this.index, chain);
    return {
      ...(last === undefined ? {} : { lastAsked: last }),
      table,
      chain: plain(name),
      words: this.words(name) ?? '',
      rules: rules.map((rule, position) => this.rule(table, rule, position + 1)),
    };
  }
}
