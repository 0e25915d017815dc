import type { ProxyState } from '../proxy/state.js';
import type { Chain, Match, Rule, RuleSet, Target } from './types.js';

/** Collects the chains and rules of one sync, in the order in which kube-proxy writes them. */
export class SyncBuilder {
  private readonly filterChains: Chain[] = [];
  private readonly filterRules: Rule[] = [];
  private readonly natChains: Chain[] = [];
  private readonly natRules: Rule[] = [];

  constructor(readonly state: ProxyState) {}

  filterChain(name: string): void {
    this.filterChains.push({ name });
  }

  natChain(name: string): void {
    this.natChains.push({ name });
  }

  filter(chain: string, matches: readonly Match[], target: Target, servicePort?: string): void {
    this.filterRules.push(makeRule(chain, matches, target, servicePort));
  }

  /** Without a target the rule only counts. */
  nat(chain: string, matches: readonly Match[], target?: Target, servicePort?: string): void {
    this.natRules.push(makeRule(chain, matches, target, servicePort));
  }

  finish(): RuleSet {
    return {
      family: this.state.family,
      tables: [
        { name: 'filter', chains: this.filterChains, rules: this.filterRules },
        { name: 'nat', chains: this.natChains, rules: this.natRules },
      ],
    };
  }
}

function makeRule(chain: string, matches: readonly Match[], target: Target | undefined, servicePort: string | undefined): Rule {
  return {
    chain, matches,
    ...(target === undefined ? {} : { target }),
    ...(servicePort === undefined ? {} : { servicePort }),
  };
}
