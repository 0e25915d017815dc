import type { DumpFormat, ProxyMode } from '../node/mode.js';
import { hasChain } from './chains.js';
import { looksLikeDump } from './pasted.js';

/** Rules of iptables, in whichever mode kube-proxy runs: others write such rules, too. */
export const iptablesSave: DumpFormat = {
  command: 'iptables-save',
  format: 'save',
  recognises: looksLikeDump,
  load: async () => {
    const { parseDump } = await import('./parse.js');
    return (source) => {
      const { dumps, findings } = parseDump(source);
      return { tables: dumps, findings };
    };
  },
};

/**
 * iptables mode. `save` is what iptables-save prints after the first sync on a clean node, `restore` what kube-proxy
 * feeds to iptables-restore; `json` is the installed rule set.
 */
export const iptables: ProxyMode = {
  name: 'iptables',
  title: 'iptables mode',
  formats: ['save', 'restore', 'json'],
  dumps: [iptablesSave],
  admitsHealthChecks: true,
  isModeOf: ({ ruleSet }) => hasChain(ruleSet, /^KUBE-SERVICES$/),
  load: async () => (await import('./mode-lowering.js')).iptablesLowering,
};
