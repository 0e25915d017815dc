/** What kube-proxy's table shows about the node, independent of Services. */
import type { LocalDetector } from '../../proxy/local-detection.js';
import type { Chain, Rule, Statement } from '../types.js';
import { destinationOfElement } from './elements.js';
import { endpointsOfChain, leadsTo } from './endpoints.js';
import type { KubeProxyTable } from './kube-proxy-table.js';
import { readServiceChainName } from './service-chain-name.js';

/**
 * How packets of Pods are recognised: by the condition for masquerading cluster-IP traffic, or by the one that exempts
 * Pods from policy Local. Undefined if no rule recognises Pods.
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

/** The addresses that accept node ports. */
interface NodePortAnswer {
  readonly all: boolean;
  readonly addresses: readonly string[];
  /** Always false: nftables mode does not serve node ports on localhost. */
  readonly loopback: false;
}

/** Reads the rules that look node ports up; undefined if there are none. */
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

/** The endpoints on this node that a table contains. */
interface LocalEndpoints {
  readonly addresses: readonly string[];
  /** Whether they include every Service (1.36 and newer), or only Services with a policy Local. */
  readonly ofAll: boolean;
}

/** The endpoints in hairpin rules; if there are none, those in the chains of policies Local. */
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
  'answers are lost for clients outside that are sent to other nodes, and for Pods that call themselves';

/** Why packets marked for masquerading keep their source address, as a clause; undefined if they get the node's. */
export function masqueradeFaultOf(table: KubeProxyTable): string | undefined {
  const hooked = [...table.chains].filter(({ base }) => base?.hook === 'postrouting' && base.type === 'nat');
  const chains = [...hooked, ...hooked.flatMap((chain) => leadFrom(table, chain))];
  if (chains.some(({ rules }) => rules.some(({ statements }) => statements.some(({ kind }) => kind === 'masquerade'))))
    return undefined;
  return `no rule at postrouting masquerades, so nothing is masqueraded: ${consequence}`;
}

/** The NAT hooks that do not lead to the maps of Services: `prerouting`, `output`. */
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
