import { documents, type RemarkKind } from '../kind.js';

export const healthChecks: RemarkKind = {
  id: 'health-check-node-ports',
  title: "health checks that a node's own firewall stops",
  why: `kube-proxy in iptables mode and IPVS mode has a rule that accepts what load balancers send to the health check node port of a Service. This rule overrides a firewall on the node
that drops unknown traffic. nftables mode has no such rule.`,
  since: 'nftables mode, all versions.',
  remedy: 'If nodes have a firewall, open the health check node ports and the node ports in it.',
  sources: [documents.modes],
  find: (before, after, claims) => {
    if (before.mode.admitsHealthChecks === after.mode.admitsHealthChecks) return undefined;
    const services = [...new Set(claims.flatMap(({ kind, owner }) => (kind === 'healthCheck' ? [owner] : [])))];
    if (services.length === 0) return undefined;
    return {
      impact: 'changes',
      services,
      sentence:
        after.mode.admitsHealthChecks === true
          ? "kube-proxy accepts load balancers' health checks, whatever a firewall of the node says"
          : "kube-proxy no longer accepts load balancers' health checks: a firewall of the node that drops unknown traffic stops them",
    };
  },
};
