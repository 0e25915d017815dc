/** Notes on who wrote kube-proxy's table, and on leftovers in it. */
import { hooksWithoutServices, masqueradeFaultOf } from '../../nftables/services/node-rules.js';
import type { KubeProxyTable } from '../../nftables/services/kube-proxy-table.js';
import { readServiceChainName } from '../../nftables/services/service-chain-name.js';
import { plain } from '../words/plain.js';
import type { TableAnswers } from './answers.js';
import { kubeProxyChainWords } from './table-words.js';
import { count, someOf } from '../../diagnostics/words.js';

/** One sentence each, for the overview. */
export function tableNotes({ table, naming }: TableAnswers): string[] {
  const name = plain(naming.index.name);
  const fault = masqueradeFaultOf(table);
  const orphans = [...table.chains].filter(
    (chain) => kubeProxyChainWords(chain.name) === undefined && !naming.index.isReachable(chain.name),
  );
  return [
    ...(table.table.flags?.includes('dormant') === true ? [`table ${name} is dormant: its rules have no effect`] : []),
    ...eraNotes(table),
    ...(fault === undefined ? [] : [`table ${name}: ${fault}`]),
    ...hooksWithoutServices(table).map(
      (hook) =>
        `table ${name}: no rule of hook ${hook} leads to the map service-ips, so ` +
        `${hook === 'output' ? 'packets that the node itself sends' : 'incoming packets'} reach no Service`,
    ),
    ...(orphans.length === 0
      ? []
      : [
          `table ${name}: no packet can reach ${count(orphans.length, 'chain')} ` +
            `(${someOf(
              orphans.map((chain) => plain(chain.name)),
              3,
            )})${leftOver(orphans.map((chain) => chain.name))}`,
        ]),
  ];
}

/** kube-proxy deletes the chains of deleted Services after some time. */
function leftOver(names: readonly string[]): string {
  return names.every((name) => readServiceChainName(name) !== undefined)
    ? ', left over by kube-proxy: a Service or endpoint that no longer exists'
    : '';
}

/** What the form of the rules shows about the version of kube-proxy: see `nftables/kube-proxy/changes.ts`. */
function eraNotes(table: KubeProxyTable): string[] {
  if (table.set('hairpin-connections') !== undefined) return ['the set hairpin-connections: kube-proxy 1.36 or newer'];
  if (table.chain('filter-prerouting') !== undefined)
    return ['one base chain for each filter hook, before DNAT: kube-proxy 1.32 or older'];
  return table.chain('mark-for-masquerade') === undefined || table.chain('filter-prerouting-pre-dnat') === undefined
    ? []
    : ['the chain mark-for-masquerade beside filter-prerouting-pre-dnat: kube-proxy 1.33 to 1.35'];
}
