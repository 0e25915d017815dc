import type { DumpFormat, ProxyMode } from '../node/mode.js';
import { hasChain } from './chains.js';
import { looksLikeDump } from './dump/pasted.js';

/** Dumps of iptables rules. They are read in every mode, because other programs write iptables rules, too. */
export const iptablesSave: DumpFormat = {
  command: 'iptables-save',
  format: 'save',
  recognises: looksLikeDump,
  load: async () => {
    const { parseDump } = await import('./dump/parse.js');
    return (source) => {
      const { dumps, findings } = parseDump(source);
      return { tables: dumps, findings };
    };
  },
};

/**
 * iptables mode. Formats: `save` is what iptables-save prints after the first sync on a clean node, `restore` is
 * kube-proxy's input for iptables-restore, `json` is the installed rule set.
 */
export const iptables: ProxyMode = {
  name: 'iptables',
  title: 'iptables mode',
  formats: ['save', 'restore', 'json'],
  dumps: [iptablesSave],
  admitsHealthChecks: true,
  isModeOf: ({ ruleSet }) => hasChain(ruleSet, /^KUBE-SERVICES$/),
  load: async () => (await import('./lower/mode-lowering.js')).iptablesLowering,
};
