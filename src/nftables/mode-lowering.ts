import { formatVersion } from '../cluster/version.js';
import type { Json } from '../manifests/types.js';
import { emptyContent } from '../node/content.js';
import type { LoweredState, ModeLowering } from '../node/mode.js';
import type { ProxyState } from '../proxy/state.js';
import { KeptTable } from './kube-proxy/kept-table.js';
import { lowerInto } from './kube-proxy/lower.js';
import { ScriptPrinter } from './kube-proxy/print-script.js';
import { conditionsOfNft, refusalsByNft } from './kube-proxy/refused-by-nft.js';
import { familyWords } from './kube-proxy/vocabulary.js';
import { listRuleset, listTable } from './print-list.js';
import type { Table } from './types.js';

/** Beta since 1.31, alpha since 1.29. */
const oldestRecorded = 30;

/** Makes and prints the table of nftables mode. */
export const nftablesLowering: ModeLowering = {
  name: 'nftables',
  refusal: ({ version }) =>
    version.minor < oldestRecorded
      ? `nftables mode of kube-proxy ${formatVersion(version)} was experimental or did not exist, and is not generated: choose --kube-version 1.${oldestRecorded} or newer`
      : undefined,
  notes: conditionsOfNft,
  failures: refusalsByNft,
  lower: (state: ProxyState): LoweredState => ({
    content: () => ({ ...emptyContent(state.family), nftables: [tableOf(state)] }),
    print: (format) => (format === 'script' ? script(state) : listTable(tableOf(state))),
    toJson: () => tableOf(state) as unknown as Json,
  }),
  printContent: (format, { nftables: tables = [] }) => (format === 'list' ? listRuleset({ tables }) : undefined),
};

function script(state: ProxyState): Iterable<string> {
  const printer = new ScriptPrinter(familyWords[state.family].header);
  lowerInto(printer, state);
  return printer;
}

function tableOf(state: ProxyState): Table {
  const table = new KeptTable(familyWords[state.family].header);
  lowerInto(table, state);
  return table.finish();
}
