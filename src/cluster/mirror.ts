import { normaliseAddress, familyOf, type Family } from '../net/address.js';
import type { JsonObject, ManifestObject } from '../manifests/types.js';
import { managedByLabel, serviceNameLabel } from './endpoint-slice.js';
import { readProtocol } from './service.js';
import type { EndpointSlice, SliceEndpoint, SlicePort } from './types.js';
import { itemsOf, labelsOf, namespaceOf, numberOf, objectOf, textOf } from '../manifests/values.js';
import { entryOf } from '../diagnostics/groups.js';

export const mirroringController = 'endpointslicemirroring-controller.k8s.io';

/**
 * How many addresses of one Endpoints subset the controller mirrors at most (`--mirroring-max-endpoints-per-subset`).
 */
const mostPerSubset = 1000;

interface Group {
  readonly family: Family;
  readonly ports: readonly SlicePort[];
  readonly endpoints: Map<string, SliceEndpoint>;
}

/**
 * Whether the mirroring controller mirrors an Endpoints object: not if a label forbids it, or if it is a
 * leader-election lock.
 */
export function isMirrored(object: ManifestObject): boolean {
  const metadata = objectOf(object.value.metadata);
  return (
    labelsOf(metadata.labels)['endpointslice.kubernetes.io/skip-mirror'] !== 'true' &&
    !Object.hasOwn(labelsOf(metadata.annotations), 'control-plane.alpha.kubernetes.io/leader')
  );
}

/**
 * The EndpointSlices that the mirroring controller makes from an Endpoints object
 * (pkg/controller/endpointslicemirroring): one for each set of ports and family, with copied labels and normalised
 * addresses; `notReadyAddresses` become endpoints that are not ready. Real names end in random letters; here they end
 * in the family and a number.
 */
export function mirrorEndpoints(object: ManifestObject): EndpointSlice[] {
  const groups = new Map<string, Group>();
  for (const subset of itemsOf(object.value.subsets)) mirrorSubset(subset, groups);
  const labels = {
    ...labelsOf(objectOf(object.value.metadata).labels),
    [serviceNameLabel]: object.name,
    [managedByLabel]: mirroringController,
  };
  return [...groups.values()]
    .filter((group) => group.endpoints.size > 0)
    .map((group, index) => ({
      namespace: namespaceOf(object),
      name: `${object.name}-mirrored-${group.family}-${index + 1}`,
      serviceName: object.name,
      labels,
      addressType: group.family === 'ipv6' ? 'IPv6' : 'IPv4',
      endpoints: [...group.endpoints.values()].slice(0, mostPerSubset),
      ports: group.ports,
      object,
    }));
}

function mirrorSubset(subset: JsonObject, groups: Map<string, Group>): void {
  const ports = itemsOf(subset.ports).map((port): SlicePort => ({
    name: textOf(port.name),
    protocol: readProtocol(port),
    port: numberOf(port.port, 0),
  }));
  const portsKey = JSON.stringify(ports.map((port) => [port.name, port.protocol, port.port]).sort());
  const addresses = [...readAddresses(subset.addresses, true), ...readAddresses(subset.notReadyAddresses, false)];
  for (const endpoint of addresses.slice(0, mostPerSubset)) {
    const [address = ''] = endpoint.addresses;
    const family = familyOf(address) ?? 'ipv4';
    const group = entryOf(groups, family + portsKey, () => ({ family, ports, endpoints: new Map() }));
    group.endpoints.set(address, endpoint);
  }
}

function readAddresses(list: JsonObject[string], ready: boolean): SliceEndpoint[] {
  return itemsOf(list).flatMap((item) => {
    const address = normaliseAddress(textOf(item.ip));
    if (address === undefined) return [];
    return { addresses: [address], ready, serving: true, terminating: false, nodeName: textOf(item.nodeName) };
  });
}
