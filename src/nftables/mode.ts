import type { DumpFormat, ProxyMode } from '../node/mode.js';
import { isKubeProxyTable } from './services/kube-proxy-table.js';

/** What `nft -j` prints, by its beginning. */
function isJson(text: string): boolean {
  return /^\s*\{\s*"nftables"\s*:\s*\[/.test(text);
}

const blockForm = /^[ \t]*table (?:(?:ip6?|inet|arp|bridge|netdev) )?[^\s{]+ \{/m;
/** Commands, as kube-proxy feeds them to nft and people write them into files. */
const commandForm =
  /^(?:(?:sudo )?nft )?(?:add|create|insert) (?:table|chain|rule|set|map|element) (?:(?:ip6?|inet|arp|bridge|netdev) )?[\w-]+(?: |$)/m;

/** What nft lists of tables, kube-proxy's and others'. */
export const nftList: DumpFormat = {
  command: 'nft list ruleset',
  format: 'list',
  recognises: (text) => isJson(text) || blockForm.test(text) || commandForm.test(text),
  load: async () => {
    const { parseRuleset } = await import('./parse.js');
    const { parseRulesetJson } = await import('./parse-json.js');
    return (source) => {
      const { tables, findings } = (isJson(source.text) ? parseRulesetJson : parseRuleset)(source);
      return { nftables: tables, findings };
    };
  },
};

/**
 * nftables mode. `list` is what `nft list table` prints after the first sync on a clean node, `script` what kube-proxy
 * feeds to `nft -f -`; `json` is the table as values.
 */
export const nftables: ProxyMode = {
  name: 'nftables',
  title: 'nftables mode',
  formats: ['list', 'script', 'json'],
  dumps: [nftList],
  isModeOf: ({ nftables: tables = [] }) => tables.some(isKubeProxyTable),
  load: async () => (await import('./mode-lowering.js')).nftablesLowering,
};
