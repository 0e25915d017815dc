import { iptables } from '../iptables/mode.js';
import { ipvs } from '../ipvs/mode.js';
import { nftables } from '../nftables/mode.js';
import { userspace } from '../userspace/mode.js';
import type { NodeContent } from '../node/content.js';
import type { DumpFormat, ProxyMode } from '../node/mode.js';

/**
 * The proxy modes by name. Adding one: a folder that exports a ProxyMode, and a line here. Where rules could be of
 * several, they are of the last of them: it has what the others lack.
 */
export const modes: Readonly<Record<string, ProxyMode>> = { iptables, userspace, ipvs, nftables };

/** What kube-proxy on Linux runs in where its configuration names no mode. */
export const defaultMode = iptables;

/** In the order in which they are asked. */
const recognised = [...Object.values(modes).slice(1).reverse(), defaultMode];

/** Every program whose output tells what a node has, each once. */
export const dumpFormats: readonly DumpFormat[] = [...new Set(Object.values(modes).flatMap(({ dumps }) => dumps))];

/** The mode of that name; undefined where there is none. */
export function modeNamed(name: string): ProxyMode | undefined {
  return Object.hasOwn(modes, name) ? modes[name] : undefined;
}

/** The name of the mode that a node's rules are of; undefined where nothing in them is kube-proxy's. */
export function modeOfContent(content: NodeContent): string | undefined {
  return recognised.find((mode) => mode.isModeOf(content))?.name;
}

/** How sentences call a mode. */
export function titleOfMode(name: string): string {
  return recognised.find((mode) => mode.name === name)?.title ?? name;
}
