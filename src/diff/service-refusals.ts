/** Changes of Services that are not allowed. */
import type { Path } from '../diagnostics/finding.js';
import { plain } from '../explain/words/plain.js';
import type { Json, JsonObject, ManifestObject } from '../manifests/types.js';
import { canonicalAddress } from '../net/address.js';
import { fieldAt, type Refused, type Update } from './update.js';
import { namespaceOf } from '../manifests/values.js';

interface ServiceRefusal {
  readonly object: ManifestObject;
  readonly refused: Refused;
}

/** Updates of Services that the API server rejects: single ones, then conflicts between two of them. */
export function serviceRefusals(updates: readonly Update[]): ServiceRefusal[] {
  const services = updates.filter(({ after }) => after.kind === 'Service' && after.apiVersion === 'v1');
  return [
    ...services.flatMap((update) => ownRefusals(update).map((refused) => ({ object: update.after, refused }))),
    ...services.flatMap((update) => takenPorts(update, services)),
  ];
}

const clusterIP: Path = ['spec', 'clusterIP'];

function ownRefusals(update: Update): Refused[] {
  if (typeOf(update.before) === 'ExternalName' || typeOf(update.after) === 'ExternalName') return [];
  return [...changedClusterIP(update), ...changedFamily(update), ...changedOfLoadBalancer(update)];
}

/** A cluster IP that the new manifest omits does not change. */
function changedClusterIP({ before, after }: Update): Refused[] {
  const [was, is] = [clusterIPOf(before), clusterIPOf(after)];
  if (was === '' || is === '' || was === is) return [];
  return [{ path: clusterIP, why: `a cluster IP may not change once it is set (${plain(was)} → ${plain(is)})` }];
}

function clusterIPOf(object: ManifestObject): string {
  const value = fieldAt(object, clusterIP) ?? fieldAt(object, ['spec', 'clusterIPs', 0]) ?? '';
  return typeof value === 'string' ? canonicalAddress(value) : '';
}

function changedFamily({ before, after }: Update): Refused[] {
  const path: Path = ['spec', 'ipFamilies', 0];
  const [was, is] = [fieldAt(before, path), fieldAt(after, path)];
  return typeof was !== 'string' || typeof is !== 'string' || was === is
    ? []
    : [{ path: ['spec', 'ipFamilies'], why: `the primary family may not change (${plain(was)} → ${plain(is)})` }];
}

/** For a Service that was and remains of type LoadBalancer. */
function changedOfLoadBalancer({ before, after }: Update): Refused[] {
  if (typeOf(before) !== 'LoadBalancer' || typeOf(after) !== 'LoadBalancer') return [];
  const isLocal = [before, after].every((one) => fieldAt(one, ['spec', 'externalTrafficPolicy']) === 'Local');
  const fields = [['spec', 'loadBalancerClass'], ...(isLocal ? [['spec', 'healthCheckNodePort']] : [])];
  return fields.flatMap((path): Refused[] => {
    const [was, is] = [fieldAt(before, path), fieldAt(after, path)];
    const isKept = path[1] === 'healthCheckNodePort' && (was === undefined || is === undefined);
    return isKept || was === is ? [] : [{ path, why: 'this field may not change once it is set' }];
  });
}

/** A node port that another Service releases in the same change is still in use when this one requests it. */
function takenPorts({ before, after }: Update, services: readonly Update[]): ServiceRefusal[] {
  return nodePorts(after).flatMap(({ key, path }) => {
    if (nodePorts(before).some((own) => own.key === key)) return [];
    const holder = services.find(
      (one) => one.before !== before && nodePorts(one.before).some((port) => port.key === key),
    );
    if (holder === undefined || nodePorts(holder.after).some((port) => port.key === key)) return [];
    const name = plain(`${namespaceOf(holder.after)}/${holder.after.name}`);
    const why = `Service ${name} has this node port until its own update is applied: apply that first`;
    return [{ object: after, refused: { path, why } }];
  });
}

interface NodePortAt {
  readonly key: string;
  readonly path: Path;
}

function nodePorts(object: ManifestObject): NodePortAt[] {
  const ports = fieldAt(object, ['spec', 'ports']);
  if (!Array.isArray(ports)) return [];
  return (ports as readonly Json[]).flatMap((port, index): NodePortAt[] => {
    const { nodePort, protocol } = typeof port === 'object' && port !== null ? (port as JsonObject) : {};
    if (typeof nodePort !== 'number' || nodePort === 0) return [];
    const key = `${typeof protocol === 'string' ? protocol : 'TCP'} ${nodePort}`;
    return [{ key, path: ['spec', 'ports', index, 'nodePort'] }];
  });
}

function typeOf(object: ManifestObject): string {
  const type = fieldAt(object, ['spec', 'type']);
  return typeof type === 'string' ? type : 'ClusterIP';
}
