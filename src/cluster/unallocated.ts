import type { Finding, Path } from '../diagnostics/finding.js';
import { sourceAt } from '../manifests/types.js';
import type { PortRange, Unallocated } from './allocate.js';

/** The error that the API server returns for a Service that needs something that cannot be allocated. */
export function unallocatedFinding({ draft, reason }: Unallocated, nodePortRange: PortRange): Finding {
  const { object, namespace, name } = draft.service;
  const { rule, path, message } = describe(reason, nodePortRange);
  return {
    rule,
    severity: 'error',
    message,
    path,
    file: sourceAt(object, path).name,
    range: object.locate(path),
    object: { kind: 'Service', namespace, name },
  };
}

function describe(
  reason: Unallocated['reason'],
  { from, to }: PortRange,
): { rule: string; path: Path; message: string } {
  switch (reason) {
    case 'familyMissing':
      return {
        rule: 'api/ip-families',
        path: ['spec', 'ipFamilies'],
        message:
          'the Service requests an IP family that the cluster does not have, so the API server rejects it; give a service range of that family',
      };
    case 'serviceRangeFull':
      return {
        rule: 'api/cluster-ip-range',
        path: ['spec', 'clusterIP'],
        message:
          'the service range has no free address left for this Service, so the API server rejects it; give a larger range',
      };
    case 'nodePortRangeFull':
      return {
        rule: 'api/node-port-range',
        path: ['spec', 'ports'],
        message: `no node port from ${from} to ${to} is left for this Service, so the API server rejects it; give a larger range`,
      };
  }
}
