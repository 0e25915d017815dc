import type { ProxyMode } from '../proxy/mode.js';

/** The proxy modes, each loaded when it is used. Adding one: a folder that exports a ProxyMode, and a line here. */
export const modes: Readonly<Record<string, { readonly formats: readonly string[]; load(): Promise<ProxyMode> }>> = {
  iptables: { formats: ['save', 'restore', 'json'], load: async () => (await import('../iptables/mode.js')).iptables },
  ipvs: {
    formats: ['ipvsadm', 'ipset', 'addresses', 'save', 'restore', 'json'],
    load: async () => (await import('../ipvs/mode.js')).ipvs,
  },
};
