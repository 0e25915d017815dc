import type { HostModel } from '../walk/host.js';
import type { Packet } from '../walk/packet.js';

/**
 * A clause if the kernel's reverse path filter may drop a packet: the route to its source uses another interface than
 * the one it arrives by (Documentation/networking/ip-sysctl.rst, rp_filter; __fib_validate_source,
 * net/ipv4/fib_frontend.c). Undefined if the filter accepts the packet, if routes and subnets are unknown, and for
 * IPv6, which has no such setting.
 */
export function reversePathNote(
  { family, source, destination, inInterface, mark }: Packet,
  host: HostModel,
): string | undefined {
  if (family !== 'ipv4' || inInterface === undefined || inInterface === 'lo') return undefined;
  const back = host.exitTo(source, { source: destination, ...(mark === undefined ? {} : { mark }) });
  if (!back.isCertain || back.name === 'lo' || back.name === inInterface) return undefined;
  const settings = `the larger of net.ipv4.conf.all.rp_filter and net.ipv4.conf.${inInterface}.rp_filter`;
  if (back.refused !== undefined)
    return (
      `the reverse path filter accepts it, although no route of the node leads back to ${source.text} ` +
      `(${settings}: 1 and 2 drop it, 0 does not)`
    );
  return (
    `the reverse path filter accepts it by ${inInterface}, although ${source.text} is routed by ${back.name} ` +
    `(${settings}: 1, strict, drops it; 2, loose, and 0 do not, and the answer leaves by ${back.name})`
  );
}
