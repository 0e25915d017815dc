import { natTable } from './example-dumps.js';

/** kube-proxy's table with host ports of the portmap plugin: port, container and Pod for each. */
export function withHostPorts(...ports: readonly (readonly [port: number, container: string, pod: string])[]): string {
  const chain = (container: string): string => `CNI-DN-${container.repeat(21).slice(0, 21)}`;
  const declared = [':CNI-HOSTPORT-DNAT - [0:0]', ...ports.map(([, container]) => `:${chain(container)} - [0:0]`)];
  return natTable((rules) => [
    ...declared,
    ...rules,
    '-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    '-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    ...ports.map(([port, container]) => {
      const comment = `dnat name: \\"cbr0\\" id: \\"${container.repeat(12)}\\"`;
      return `-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "${comment}" -m multiport --dports ${port} -j ${chain(container)}`;
    }),
    ...ports.map(
      ([port, container, pod]) =>
        `-A ${chain(container)} -p tcp -m tcp --dport ${port} -j DNAT --to-destination ${pod}`,
    ),
  ]);
}
