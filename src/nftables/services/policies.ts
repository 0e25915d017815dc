/** What the chains of a service port show about its session affinity and policies. */
import type { FoundServicePort, ServiceChainKind } from '../../node/found-service-port.js';
import { expressionText } from '../print-expression.js';
import type { Rule, Statement } from '../types.js';
import { verdictChain, destinationOfElement } from './elements.js';
import { leadsTo } from './endpoints.js';
import type { KubeProxyTable } from './kube-proxy-table.js';
import { readServiceChainName } from './service-chain-name.js';

type Chains = Pick<FoundServicePort, 'chains'>;

function rulesOf(table: KubeProxyTable, { chains }: Chains, kind: ServiceChainKind): readonly Rule[] {
  return table.chain(chains.get(kind) ?? '')?.rules ?? [];
}

/** Session affinity in seconds; undefined without ClientIP affinity. */
export function affinitySeconds(table: KubeProxyTable, found: Chains): number | undefined {
  for (const kind of ['cluster', 'local'] as const) {
    for (const { statements } of rulesOf(table, found, kind)) {
      const [first] = statements;
      const set = first?.kind === 'match' && first.right.kind === 'setReference' ? first.right.name : undefined;
      const timeout = table.set(set ?? '')?.timeout;
      if (timeout !== undefined) return timeout / 1000;
    }
  }
  return undefined;
}

/** The sources that the firewall chain accepts, in nft's notation: addresses, prefixes and ranges. */
export function acceptedSources(table: KubeProxyTable, found: Chains): string[] {
  return rulesOf(table, found, 'firewall').flatMap(({ statements }) =>
    statements.flatMap((statement) => {
      if (!isOf(statement, 'saddr') || statement.operator !== '!=') return [];
      const { right } = statement;
      return right.kind === 'anonymousSet'
        ? right.elements.map(({ key }) => expressionText(key))
        : [expressionText(right)];
    }),
  );
}

type Match = Extract<Statement, { kind: 'match' }>;

function isOf(statement: Statement, field: 'saddr' | 'daddr'): statement is Match {
  return statement.kind === 'match' && statement.left.kind === 'payload' && statement.left.field === field;
}

function asksForOwnSource(statement: Statement): boolean {
  return statement.kind === 'match' && statement.left.kind === 'fib' && statement.left.selectors.join() === 'saddr';
}

/** The clients exempt from policy Local in the chain of external addresses. */
export interface ShortCircuits {
  readonly pods: boolean;
  readonly node: boolean;
}

/** Undefined if external addresses lead to endpoints on all nodes. */
export function shortCircuits(table: KubeProxyTable, found: Chains): ShortCircuits | undefined {
  const rules = rulesOf(table, found, 'external');
  if (!rules.some(({ statements }) => statements.some(asksForOwnSource))) return undefined;
  const past = rules.filter((rule) => leadsTo(rule).some((name) => readServiceChainName(name)?.kind === 'cluster'));
  return {
    pods: past.some(({ statements }) => statements.some((one) => one.kind === 'match' && !asksForOwnSource(one))),
    node: past.some(({ statements }) => statements.some(asksForOwnSource)),
  };
}

/** Whether the cluster IP leads only to endpoints on this node. */
export function isInternalLocal(table: KubeProxyTable, { addresses, protocol }: FoundServicePort): boolean {
  const own = new Set(
    addresses.flatMap(({ kind, address, port }) => (kind === 'clusterIP' ? [`${protocol} ${address} ${port}`] : [])),
  );
  const isOwn = (element: Parameters<typeof destinationOfElement>[0]): boolean => {
    const to = destinationOfElement(element);
    return own.has(`${to.protocol} ${to.address} ${to.port ?? ''}`);
  };
  return (
    table
      .elements('service-ips')
      .some((one) => isOwn(one) && readServiceChainName(verdictChain(one) ?? '')?.kind === 'local') ||
    table.elements('no-endpoint-services').some((one) => isOwn(one) && one.value?.kind === 'drop')
  );
}
