import { printRestore } from '../iptables/print/restore.js';
import { printSave } from '../iptables/print/save.js';
import type { Json } from '../manifests/types.js';
import type { NodeContent } from '../node/content.js';
import { printIpset } from './print-ipset.js';
import { printIpvsadm } from './print-ipvsadm.js';
import type { IpvsState } from './types.js';

type ContentFormat = 'ipvsadm' | 'ipset' | 'addresses' | 'save';
export type IpvsFormat = ContentFormat | 'restore';

const printers: Readonly<Record<ContentFormat, (content: NodeContent) => string>> = {
  ipvsadm: ({ virtualServers }) => printIpvsadm(virtualServers),
  ipset: ({ sets }) => printIpset(sets),
  addresses: ({ boundAddresses }) => boundAddresses.map((address) => `${address}\n`).join(''),
  save: ({ ruleSet }) => printSave(ruleSet),
};

/**
 * A node's state in one format: `ipvsadm` as `ipvsadm -S -n` prints it, `ipset` as `ipset save` prints it without
 * fields that the kernel chooses, `addresses` the addresses of kube-ipvs0, one per line, `save` the iptables part.
 * Empty, or ends in a line break; undefined for other formats.
 */
export function printContent(format: string, content: NodeContent): string | undefined {
  return isContentFormat(format) ? printers[format](content) : undefined;
}

function isContentFormat(format: string): format is ContentFormat {
  return Object.hasOwn(printers, format);
}

/**
 * An IPVS state in one format: those of {@link printContent}, and `restore`, kube-proxy's input for iptables-restore.
 */
export function print(state: IpvsState, format: IpvsFormat): string {
  return printContent(format, contentOf(state)) ?? printRestore(state.synced);
}

/** The content of a node in this state. */
export function contentOf({
  family,
  installed: ruleSet,
  sets,
  virtualServers,
  boundAddresses,
}: IpvsState): NodeContent {
  return { family, ruleSet, sets, virtualServers, boundAddresses };
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
