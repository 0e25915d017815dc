/** The order of chains at a hook. */
import type { Priority, TableFamily } from './types.js';

/** linux/netfilter_ipv4.h. */
const ofNetworks: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

/** linux/netfilter_bridge.h. */
const ofBridges: Readonly<Record<string, number>> = { dstnat: -300, filter: -200, out: 100, srcnat: 300 };

/** The number of a priority; an unknown name counts as 0. */
export function priorityValue({ name, offset }: Priority, family: TableFamily): number {
  const names = family === 'bridge' ? ofBridges : ofNetworks;
  return (name !== undefined && Object.hasOwn(names, name) ? (names[name] ?? 0) : 0) + offset;
}
