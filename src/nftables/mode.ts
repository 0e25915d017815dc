import type { ProxyMode } from '../node/mode.js';

/**
 * nftables mode. `list` is what `nft list table` prints after the first sync on a clean node, `script` what kube-proxy
 * feeds to `nft -f -`; `json` is the table as values.
 */
export const nftables: ProxyMode = {
  name: 'nftables',
  title: 'nftables mode',
  formats: ['list', 'script', 'json'],
  dumps: [],
  isModeOf: ({ nftables: tables = [] }) => tables.some(({ name }) => name === 'kube-proxy'),
  notWalked: 'packets are not followed through nftables rules; generate prints them',
  load: async () => (await import('./mode-lowering.js')).nftablesLowering,
};
