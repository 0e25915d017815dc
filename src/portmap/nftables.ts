/** The nftables form of the plugin portmap (containernetworking/plugins, plugins/meta/portmap, 1.6 and newer). */
import { parseRuleset } from '../nftables/parse.js';
import type { Table } from '../nftables/types.js';
import { families, type Family } from '../net/address.js';
import { boundTo, mappingsOf } from './mappings.js';
import type { PodAddress, PortmapAdd, PortMapping, PortmapVersion } from './types.js';
import { joinHostPort } from '../net/host-port.js';

/**
 * The tables after these ADDs, in sequence: one for each family in which a Pod has an address. Undefined if nft does
 * not accept the conditions or a name.
 */
export function portmapTables(
  adds: readonly PortmapAdd[],
  version: PortmapVersion,
  wanted: readonly Family[] = families,
): readonly Table[] | undefined {
  const text = families
    .filter((family) => wanted.includes(family))
    .map((family) => tableText(adds, family, version))
    .join('');
  const { tables, findings } = parseRuleset({ name: 'portmap', text });
  return findings.length > 0 || !adds.every(isPlain) ? undefined : tables;
}

/** Whether the words can be written in the text unchanged. */
function isPlain({ containerId, settings: { conditions } }: PortmapAdd): boolean {
  return (
    /^[\w.-]+$/.test(containerId) &&
    families.every((family) => conditions[family].every((word) => /^[-!=<>\w.:/,@]+$/.test(word)))
  );
}

function tableText(adds: readonly PortmapAdd[], family: Family, version: PortmapVersion): string {
  const own = adds.flatMap((add) => {
    const pod = add.addresses[family];
    return pod === undefined || add.mappings.length === 0 ? [] : [{ add, pod }];
  });
  const last = own.at(-1)?.add;
  if (last === undefined) return '';
  const mapped = own.flatMap(({ add, pod }) =>
    mappingsOf(add.mappings, family).map((mapping) => ({ add, pod, mapping })),
  );
  const isApart = ({ mapping }: { readonly mapping: PortMapping }): boolean =>
    version === '1.6' && boundTo(mapping) !== undefined;
  const rules = (some: typeof mapped): string[] =>
    some.map(({ add, pod, mapping }) => mappingText(add, pod, mapping, family));
  const conditions = asListed(last.settings.conditions[family]);
  const chains: [string, string[]][] = [
    ['hostports', rules(mapped.filter((one) => !isApart(one)))],
    ['hostip_hostports', rules(mapped.filter(isApart))],
    ...entryChains(conditions, version),
  ];
  const masquerading = own.flatMap(({ add, pod }) => masqueradeTexts(add, pod, family, version));
  if (masquerading.length > 0)
    chains.push(['masquerading', ['type nat hook postrouting priority srcnat; policy accept;', ...masquerading]]);
  const parts = chains.map(
    ([name, lines]) => `\tchain ${name} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`,
  );
  return `table ${family === 'ipv4' ? 'ip' : 'ip6'} cni_hostport {\n\tcomment "CNI portmap plugin"\n${parts.join('\n')}}\n`;
}

/** As nft lists these words: interface names are in quotes. */
function asListed(words: readonly string[]): string {
  return words
    .map((word, index) => {
      const before = words[index - 1] === '!=' || words[index - 1] === '==' ? words[index - 2] : words[index - 1];
      return /^[io]if(?:name)?$/.test(before ?? '') && /^\w/.test(word) ? `"${word}" ` : `${word} `;
    })
    .join('');
}

/** Up to 1.8, packets need not be for an address of the node, except for ports without a hostIP in output. */
function entryChains(conditions: string, version: PortmapVersion): [string, string[]][] {
  const hook = (name: string): string => `type nat hook ${name} priority dstnat; policy accept;`;
  if (version === '1.6')
    return [
      ['prerouting', [hook('prerouting'), `${conditions}jump hostip_hostports`, `${conditions}jump hostports`]],
      [
        'output',
        [hook('output'), `${conditions}jump hostip_hostports`, `${conditions}fib daddr type local jump hostports`],
      ],
    ];
  const all = `${conditions}fib daddr type local jump hostports_all`;
  return [
    ['hostports_all', ['jump hostip_hostports', 'jump hostports']],
    ['prerouting', [hook('prerouting'), all]],
    ['output', [hook('output'), all]],
  ];
}

function mappingText({ containerId }: PortmapAdd, pod: PodAddress, mapping: PortMapping, family: Family): string {
  const address = boundTo(mapping);
  const bound = address === undefined ? '' : `${family === 'ipv4' ? 'ip' : 'ip6'} daddr ${address} `;
  const to = joinHostPort(pod.address, mapping.containerPort);
  return `${bound}${mapping.protocol} dport ${mapping.hostPort} dnat to ${to} comment "${containerId}"`;
}

/** `masqAll` has an effect only in unreleased versions, `markMasqBit` in none. */
function masqueradeTexts(
  { containerId, settings }: PortmapAdd,
  { address }: PodAddress,
  family: Family,
  version: PortmapVersion,
): string[] {
  if (!settings.snat) return [];
  const [ip, all] = family === 'ipv4' ? ['ip', '0.0.0.0/0'] : ['ip6', '::/0'];
  const isAll = settings.masqAll && version === 'head';
  const sources = isAll ? [all] : [address, ...(family === 'ipv4' ? ['127.0.0.1'] : [])];
  return sources.map((source) => `${ip} saddr ${source} ${ip} daddr ${address} masquerade comment "${containerId}"`);
}
