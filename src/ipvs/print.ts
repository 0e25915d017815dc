import { printRestore } from '../iptables/print-restore.js';
import { printSave } from '../iptables/print-save.js';
import { printIpset } from './print-ipset.js';
import { printIpvsadm } from './print-ipvsadm.js';
import type { IpvsState } from './types.js';

export type IpvsFormat = 'ipvsadm' | 'ipset' | 'addresses' | 'save' | 'restore' | 'json';

/** How an IPVS state is written, by the name that `--format` takes; the first is the default. Each ends in a line end, or is empty. */
export const formats: Readonly<Record<IpvsFormat, (state: IpvsState) => string>> = {
  ipvsadm: (state) => printIpvsadm(state.virtualServers),
  ipset: (state) => printIpset(state.sets),
  addresses: (state) => state.boundAddresses.map((address) => `${address}\n`).join(''),
  save: (state) => printSave(state.installed),
  restore: (state) => printRestore(state.synced),
  json: printJson,
};

/**
 * JSON with the fields of {@link IpvsState}, its iptables part once, as restored:
 * `{"family", "virtualServers": [{"service": {"kind", "protocol", "address", "port"}, "scheduler", "persistence"?: {"seconds"},
 * "schedulerFlags"?, "realServers": [{"address", "port", "forwarding", "weight"}], "servicePorts"}], "sets": [{"name", "type", "options":
 * [{"name", "value"}], "elements": [{"element"}]}], "boundAddresses": [text], "iptables": [{"name", "chains", "rules"}]}`.
 */
function printJson(state: IpvsState): string {
  const { family, virtualServers, sets, boundAddresses, synced } = state;
  return `${JSON.stringify({ family, virtualServers, sets, boundAddresses, iptables: synced.tables }, undefined, 2)}\n`;
}
