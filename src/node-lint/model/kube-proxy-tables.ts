import { kubeProxyTable, type KubeProxyTable } from '../../nftables/services/kube-proxy-table.js';
import { readServiceChainName } from '../../nftables/services/service-chain-name.js';
import type { Chain, SetElement, Statement } from '../../nftables/types.js';
import { formatHostPort } from '../../explain/words/host-port.js';
import type { DumpPlace, FamilyContext, NodeContext } from '../context.js';
import type { NodeProblem } from '../rule.js';
import { nftablesOf } from './nftables-words.js';
import { addToCount } from '../../diagnostics/groups.js';
import { literalText } from '../../nftables/constants.js';

/** kube-proxy's table of nftables of one family. */
interface PlacedTable {
  readonly family: FamilyContext;
  readonly table: KubeProxyTable;
  /** The line that a chain begins with; that of the table where there is no such chain. */
  readonly placeOfChain: (name: string) => DumpPlace;
}

/** kube-proxy's tables of a node, without those that were listed in parts. */
export function kubeProxyTables(context: NodeContext): PlacedTable[] {
  const placed = nftablesOf(context);
  return context.families.flatMap((family) => {
    const table = kubeProxyTable(family.content);
    const place = placed.find((one) => one.table === table?.table)?.place;
    if (table === undefined || place === undefined || (table.chain('services')?.rules ?? []).length === 0) return [];
    const lineOf = (name: string): number | undefined =>
      context.find(`chain ${name} {`, place.file)?.line ?? table.chain(name)?.rules[0]?.place?.line;
    return [{ family, table, placeOfChain: (name) => ({ file: place.file, line: lineOf(name) ?? place.line }) }];
  });
}

/** The Service of a chain, as findings name it. */
export function serviceOfTableChain(name: string): NodeProblem['service'] {
  const port = readServiceChainName(name)?.servicePort;
  return port === undefined ? undefined : { namespace: port.namespace, name: port.service };
}

/** How a balancing chain shares connections out: of `modulus` numbers each leads to one target. */
interface NumberedShares {
  readonly chain: Chain;
  readonly modulus: number;
  /** How many numbers lead to each target: an address, or the chain of an endpoint. */
  readonly targets: ReadonlyMap<string, number>;
}

/** The shares of the balancing chains of a table, as far as they are in the usual form. */
export function numberedShares(table: KubeProxyTable): NumberedShares[] {
  return [...table.chains].flatMap((chain) => {
    const kind = readServiceChainName(chain.name)?.kind;
    if (kind !== 'cluster' && kind !== 'local') return [];
    return chain.rules.flatMap(({ statements }) =>
      statements.flatMap((statement) => {
        const shares = sharesIn(statement);
        return shares === undefined ? [] : [{ chain, ...shares }];
      }),
    );
  });
}

function sharesIn(statement: Statement): Omit<NumberedShares, 'chain'> | undefined {
  const map =
    statement.kind === 'verdictMap'
      ? statement
      : statement.kind === 'dnat' && statement.address?.kind === 'map'
        ? statement.address
        : undefined;
  if (map?.key.kind !== 'numgen' || map.key.mode !== 'random' || map.map.kind !== 'anonymousSet') return undefined;
  const { elements } = map.map;
  if (elements.some(({ key }) => key.kind !== 'literal')) return undefined;
  const targets = new Map<string, number>();
  for (const element of elements) {
    const target = targetOf(element);
    if (target === undefined) return undefined;
    addToCount(targets, target);
  }
  return { modulus: map.key.modulus, targets };
}

function targetOf({ value }: SetElement): string | undefined {
  if (value?.kind === 'goto' || value?.kind === 'jump') return endpointOf(value.chain);
  if (value?.kind !== 'concatenation') return undefined;
  const [address, port] = value.parts.map(literalText);
  return address === undefined || port === undefined ? undefined : formatHostPort(address, Number(port));
}

/** `10.244.1.5:8080` of `endpoint-DF32SICN-shop/web/tcp/http__10.244.1.5/8080`. */
function endpointOf(chain: string): string {
  const [, address = '', port = ''] = /__([0-9a-f.:]+)\/(\d+)$/.exec(chain) ?? [];
  return address === '' ? chain : formatHostPort(address, Number(port));
}
