import { iptables } from '../iptables/mode.js';
import { ipvs } from '../ipvs/mode.js';
import { nftables } from '../nftables/mode.js';
import { userspace } from '../userspace/mode.js';
import type { NodeContent } from '../node/content.js';
import type { DumpFormat, ProxyMode } from '../node/mode.js';

/**
 * To add a mode, write a folder that exports a ProxyMode, and a name here. If rules fit several modes, the last one is
 * chosen, because it has something that the others lack.
 */
const known = { iptables, userspace, ipvs, nftables };

/** Every mode by its name; other names have none. */
export type ProxyModes = Readonly<Record<keyof typeof known, ProxyMode>> & Readonly<Record<string, ProxyMode>>;

/** The proxy modes by name. */
export const modes: ProxyModes = known;

/** kube-proxy's mode on Linux if its configuration names none. */
export const defaultMode = iptables;

/** In the order in which they are tried. */
const recognised = [...Object.values(modes).slice(1).reverse(), defaultMode];

/** Every dump format of the modes, each once. */
export const dumpFormats: readonly DumpFormat[] = [...new Set(Object.values(modes).flatMap(({ dumps }) => dumps))];

/** The mode with this name; undefined if there is none. */
export function modeNamed(name: string): ProxyMode | undefined {
  return Object.hasOwn(modes, name) ? modes[name] : undefined;
}

/** The mode of a node's rules; undefined if they contain nothing of kube-proxy. */
export function modeOfContent(content: NodeContent): string | undefined {
  return recognised.find((mode) => mode.isModeOf(content))?.name;
}

/** The name of a mode in sentences. */
export function titleOfMode(name: string): string {
  return recognised.find((mode) => mode.name === name)?.title ?? name;
}
