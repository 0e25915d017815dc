/** What kube-proxy's table tells of the node, whatever its Services. */
import type { LocalDetector } from '../../proxy/local-detection.js';
import type { Chain, Rule, Statement } from '../types.js';
import { destinationOfElement } from './elements.js';
import { endpointsOfChain, leadsTo } from './endpoints.js';
import type { KubeProxyTable } from './kube-proxy-table.js';
import { readServiceChainName } from './service-chain-name.js';

/**
 * What tells a Pod's packet: the condition on the masquerading of cluster-IP traffic, or the one by which Pods are let
 * past a Local policy. undefined where no rule knows Pods.
 */
export function detectorOfTable(table: KubeProxyTable): LocalDetector | undefined {
  for (const { name, rules } of table.chains) {
    if (name !== 'services' && !/^(?:service|local|external)-/.test(name)) continue;
    for (const rule of rules) {
      const detector = detectorAmong(rule.statements, !name.startsWith('external-'));
      if (detector !== undefined) return detector;
    }
  }
  return undefined;
}

function detectorAmong(statements: readonly Statement[], isNegated: boolean): LocalDetector | undefined {
  for (const statement of statements) {
    if (statement.kind !== 'match' || (statement.operator === '!=') !== isNegated) continue;
    const { left, right } = statement;
    if (left.kind === 'meta' && (left.key === 'iifname' || left.key === 'iif') && 'text' in right)
      return { kind: 'inInterface', name: right.text.replace(/\*$/, '+') };
    if (left.kind !== 'payload' || left.field !== 'saddr') continue;
    if (right.kind === 'prefix') return { kind: 'sourcePrefix', prefix: `${right.address.text}/${right.length}` };
    if (right.kind === 'literal')
      return { kind: 'sourcePrefix', prefix: `${right.text}/${right.text.includes(':') ? 128 : 32}` };
  }
  return undefined;
}

/** On which addresses node ports answer. */
export interface NodePortAnswer {
  readonly all: boolean;
  readonly addresses: readonly string[];
  /** Never: nftables mode serves no node port on localhost. */
  readonly loopback: false;
}

/** Reads the rules that ask the map of node ports; undefined where none does. */
export function nodePortAnswer(table: KubeProxyTable): NodePortAnswer | undefined {
  const asking = (table.chain('services')?.rules ?? []).filter(({ statements }) =>
    statements.some(
      (one) => one.kind === 'verdictMap' && one.map.kind === 'setReference' && one.map.name === 'service-nodeports',
    ),
  );
  if (asking.length === 0) return undefined;
  const sets = asking.map(addressSet);
  const all = sets.includes(undefined);
  const addresses = all
    ? []
    : sets.flatMap((name) => table.elements(name ?? '').map((element) => destinationOfElement(element).address));
  return { all, addresses, loopback: false };
}

function addressSet({ statements }: Rule): string | undefined {
  const match = statements.find((one) => one.kind === 'match' && one.right.kind === 'setReference');
  return match?.kind === 'match' && match.right.kind === 'setReference' ? match.right.name : undefined;
}

/** The endpoints on this node that a table names. */
export interface LocalEndpoints {
  readonly addresses: readonly string[];
  /** Whether they are those of every Service (1.36 and newer), or of those with a Local policy. */
  readonly ofAll: boolean;
}

/** Endpoints that may reach themselves, else those that chains of a Local policy balance over. */
export function localEndpointsOfTable(table: KubeProxyTable): LocalEndpoints {
  const hairpin = table.set('hairpin-connections');
  if (hairpin !== undefined)
    return {
      ofAll: true,
      addresses: hairpin.elements.flatMap(({ key }) =>
        key.kind === 'concatenation' && key.parts[0]?.kind === 'literal' ? [key.parts[0].text] : [],
      ),
    };
  const chains = [...table.chains].filter(({ name }) => readServiceChainName(name)?.kind === 'local');
  const endpoints = chains.flatMap(({ name }) => endpointsOfChain(table, name));
  return { ofAll: false, addresses: endpoints.map((text) => text.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) };
}

const consequence =
  'answers to clients outside that are sent on to other nodes, and to Pods that call themselves, are lost';

/** Why packets that were marked for masquerading keep their source: a clause; undefined where they get the node's. */
export function masqueradeFaultOf(table: KubeProxyTable): string | undefined {
  const hooked = [...table.chains].filter(({ base }) => base?.hook === 'postrouting' && base.type === 'nat');
  const chains = [...hooked, ...hooked.flatMap((chain) => leadFrom(table, chain))];
  if (chains.some(({ rules }) => rules.some(({ statements }) => statements.some(({ kind }) => kind === 'masquerade'))))
    return undefined;
  return `no rule that packets meet at postrouting masquerades, so that nothing is masqueraded: ${consequence}`;
}

/** Which hooks of NAT do not lead to the maps of Services: `prerouting`, `output`. */
export function hooksWithoutServices(table: KubeProxyTable): ('prerouting' | 'output')[] {
  return (['prerouting', 'output'] as const).filter(
    (hook) =>
      ![...table.chains].some(
        (chain) =>
          chain.base?.hook === hook && chain.base.type === 'nat' && leadFrom(table, chain).some(asksForServices),
      ),
  );
}

function leadFrom(table: KubeProxyTable, { rules }: Chain): Chain[] {
  return rules.flatMap(leadsTo).flatMap((name) => table.chain(name) ?? []);
}

function asksForServices({ rules }: Chain): boolean {
  return rules.some(({ statements }) =>
    statements.some(
      (one) => one.kind === 'verdictMap' && one.map.kind === 'setReference' && one.map.name === 'service-ips',
    ),
  );
}
