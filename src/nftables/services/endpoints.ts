import { isVerdict } from '../print-expression.js';
import type { Expression, NatStatement, Rule, SetElement } from '../types.js';
import type { KubeProxyTable } from './kube-proxy-table.js';
import { readServiceChainName } from './service-chain-name.js';
import { joinHostPort } from '../../net/host-port.js';

/**
 * The endpoints of a balancing chain, as `10.244.1.5:8080`: those of its address maps, and those of the endpoint chains
 * that it leads to. None if the chain does not exist.
 */
export function endpointsOfChain(table: KubeProxyTable, chain: string | undefined): string[] {
  const rules = table.chain(chain ?? '')?.rules ?? [];
  const direct = rules.flatMap(destinationsOf);
  const led = new Set(rules.flatMap(leadsTo).filter((name) => readServiceChainName(name)?.kind === 'endpoint'));
  return [
    ...new Set([...direct, ...[...led].flatMap((name) => table.chain(name)?.rules.flatMap(destinationsOf) ?? [])]),
  ];
}

/** The chains that a rule can lead to. */
export function leadsTo({ statements }: Rule): string[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'jump' || statement.kind === 'goto') return [statement.chain];
    if (statement.kind !== 'verdictMap' || statement.map.kind !== 'anonymousSet') return [];
    return statement.map.elements.flatMap(({ value }) =>
      value !== undefined && isVerdict(value) && (value.kind === 'jump' || value.kind === 'goto') ? [value.chain] : [],
    );
  });
}

/** The destinations to which the rule sends connections. */
export function destinationsOf({ statements }: Rule): string[] {
  return statements.flatMap((statement) => (statement.kind === 'dnat' ? translations(statement) : []));
}

function translations({ address, port }: NatStatement): string[] {
  if (address?.kind === 'map')
    return address.map.kind === 'anonymousSet' ? address.map.elements.flatMap(mappedDestination) : [];
  return literalDestination(address, port);
}

function mappedDestination({ value }: SetElement): string[] {
  return value?.kind === 'concatenation' ? literalDestination(value.parts[0], value.parts[1]) : [];
}

function literalDestination(address: Expression | undefined, port: Expression | undefined): string[] {
  if (address?.kind !== 'literal' || port?.kind !== 'literal') return [];
  return [joinHostPort(address.text, port.text)];
}
