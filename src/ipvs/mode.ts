import { hasChain } from '../iptables/chains.js';
import { iptablesSave } from '../iptables/mode.js';
import type { DumpFormat, ProxyMode } from '../node/mode.js';
import {
  ipsetLines,
  ipvsadmLines,
  looksLikeIpset,
  looksLikeIpsetList,
  looksLikeIpvsadm,
  looksLikeIpvsadmList,
} from './recognise.js';

const ipsetSave: DumpFormat = {
  command: 'ipset save',
  format: 'ipset',
  recognises: looksLikeIpset,
  ownLines: ipsetLines,
  load: async () => {
    const { parseIpset } = await import('./parse-ipset.js');
    const { parseIpsetList } = await import('./parse-ipset-list.js');
    return (source) => (looksLikeIpsetList(source.text) ? parseIpsetList : parseIpset)(source);
  },
};

const ipvsadmSave: DumpFormat = {
  command: 'ipvsadm -S -n',
  format: 'ipvsadm',
  recognises: looksLikeIpvsadm,
  ownLines: ipvsadmLines,
  load: async () => {
    const { parseIpvsadm } = await import('./parse-ipvsadm.js');
    const { parseIpvsadmList } = await import('./parse-ipvsadm-list.js');
    return (source) => (looksLikeIpvsadmList(source.text) ? parseIpvsadmList : parseIpvsadm)(source);
  },
};

/** IPVS mode: virtual servers, sets, the addresses of kube-ipvs0 and the iptables rules that they need. */
export const ipvs: ProxyMode = {
  name: 'ipvs',
  title: 'IPVS mode',
  formats: ['ipvsadm', 'ipset', 'addresses', 'save', 'restore', 'json'],
  dumps: [iptablesSave, ipsetSave, ipvsadmSave],
  admitsHealthChecks: true,
  lackingDumps: 'send nothing to endpoints themselves',
  namelessHint:
    'rules and virtual servers of IPVS mode have no names: give the manifests with the dump, ' +
    'or ask for an address with trace --to IP:PORT',
  isModeOf: ({ ruleSet, virtualServers }) =>
    virtualServers.some(({ service }) => service.kind === 'address') ||
    hasChain(ruleSet, /^KUBE-(?:IPVS-FILTER|LOAD-BALANCER)$/) ||
    hasChain({ tables: ruleSet.tables.filter(({ name }) => name === 'nat') }, /^KUBE-NODE-PORT$/),
  load: async () => (await import('./mode-lowering.js')).ipvsLowering,
};
