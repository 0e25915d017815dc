import type { DumpFormat, ProxyMode } from '../node/mode.js';
import { isKubeProxyTable } from './services/kube-proxy-table.js';

/** Whether a text is output of `nft -j`, by its beginning. */
function isJson(text: string): boolean {
  return /^\s*\{\s*"nftables"\s*:\s*\[/.test(text);
}

const blockForm = /^[ \t]*table (?:(?:ip6?|inet|arp|bridge|netdev) )?[^\s{]+ \{/m;
/** Commands, as kube-proxy passes them to nft and as people write them in files. */
const commandForm =
  /^(?:(?:sudo )?nft )?(?:add|create|insert) (?:table|chain|rule|set|map|element) (?:(?:ip6?|inet|arp|bridge|netdev) )?[\w-]+(?: |$)/m;

/** nft's lists of tables, kube-proxy's and others. */
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
 * nftables mode. Formats: `list` is what `nft list table` prints after the first sync on a clean node, `script` is
 * kube-proxy's input for `nft -f -`, `json` is the table as values.
 */
export const nftables: ProxyMode = {
  name: 'nftables',
  title: 'nftables mode',
  formats: ['list', 'script', 'json'],
  dumps: [nftList],
  isModeOf: ({ nftables: tables = [] }) => tables.some(isKubeProxyTable),
  load: async () => (await import('./mode-lowering.js')).nftablesLowering,
};
