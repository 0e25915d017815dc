import { natTable } from '../model/example-dumps.js';
import { serviceOfPort } from '../model/services.js';
import { placeOfNodePort } from '../model/node-port-place.js';
import type { NodeRule } from '../rule.js';

const nodePort = (port: number): string =>
  natTable((rules) => [
    ':KUBE-NODEPORTS - [0:0]',
    ...rules,
    `-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web:http" -m tcp --dport ${port} -j KUBE-SVC-67NZLRHBNDSAWJRO`,
    '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
  ]);

export const nodePortEphemeral: NodeRule = {
  id: 'node/node-port-ephemeral',
  severity: 'warning',
  documentation: {
    summary: "A node port inside the kernel's usual ephemeral range, 32768 to 60999",
    why: `Linux takes the local port of outgoing connections from 32768 to 60999 (\`net.ipv4.ip_local_port_range\`). Where a process of the node has the port of a Service for a connection of
its own, an answer that connection tracking does not know, as a late one of UDP, is taken for a new connection to the Service. Such failures are rare, differ by node and do not repeat. The dump
does not show the node's range: where it was moved, accept this finding.`,
    remedy: 'Use a port below 32768, or set `net.ipv4.ip_local_reserved_ports` on all nodes.',
    bad: nodePort(36080),
    good: nodePort(30080),
    sources: [
      'kubernetes/kubernetes#111682, #100643, #97360',
      'https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range)',
    ],
  },
  *check({ families, find }) {
    for (const family of families)
      for (const found of family.services) {
        const node = found.addresses.find(({ kind, port }) => kind === 'nodePort' && port >= 32768 && port <= 60999);
        const place = node === undefined ? undefined : placeOfNodePort(family, found, node.port, find);
        if (node === undefined || place === undefined) continue;
        yield {
          place,
          message:
            `Node port ${node.port} is one that nodes also use for their own outgoing connections (32768 to 60999): their answers may be taken for traffic to ` +
            `${found.name?.text ?? 'this Service'}; use one below 32768.`,
          service: serviceOfPort(found),
        };
      }
  },
};
