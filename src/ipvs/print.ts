import { printRestore } from '../iptables/print-restore.js';
import { printSave } from '../iptables/print-save.js';
import type { Json } from '../manifests/types.js';
import { printIpset } from './print-ipset.js';
import { printIpvsadm } from './print-ipvsadm.js';
import type { IpvsState } from './types.js';

export type IpvsFormat = 'ipvsadm' | 'ipset' | 'addresses' | 'save' | 'restore';

const printers: Readonly<Record<IpvsFormat, (state: IpvsState) => string>> = {
  ipvsadm: (state) => printIpvsadm(state.virtualServers),
  ipset: (state) => printIpset(state.sets),
  addresses: (state) => state.boundAddresses.map((address) => `${address}\n`).join(''),
  save: (state) => printSave(state.installed),
  restore: (state) => printRestore(state.synced),
};

/**
 * An IPVS state in one format: `ipvsadm` as `ipvsadm -S -n` prints it, `ipset` as `ipset save` does but for fields that
 * the kernel makes up, `addresses` those of kube-ipvs0 one a line, `save` and `restore` its iptables part. Empty, or
 * ends in a line end.
 */
export function print(state: IpvsState, format: IpvsFormat): string {
  return printers[format](state);
}

/**
 * An IPVS state as plain values: `{virtualServers: [{service: {kind, protocol, address, port}, scheduler, persistence?:
 * {seconds}, schedulerFlags?, realServers: [{address, port, forwarding, weight}], servicePorts}], sets: [{name, type,
 * options: [{name, value}], elements: [{element}]}], boundAddresses: [text], iptables: {family, tables}}`; `iptables`
 * is what iptables-save would print.
 */
export function toJson({ virtualServers, sets, boundAddresses, installed }: IpvsState): Json {
  return { virtualServers, sets, boundAddresses, iptables: installed } as unknown as Json;
}
