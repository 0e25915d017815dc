import type { JsonObject, ManifestObject } from '../manifests/types.js';
import { readProtocol } from './service.js';
import { UnreadEndpointSlice } from './unread-slice.js';
import type { EndpointSlice, SliceEndpoint, SlicePort } from './types.js';
import { isObject, itemsOf, labelsOf, namespaceOf, objectOf, textOf, textsOf } from '../manifests/values.js';

export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';

/**
 * Reads an EndpointSlice; addresses are kept verbatim, like in kube-proxy. The API server stores a port without a name
 * under the name `''` (pkg/apis/discovery/v1/defaults.go). `keepsNamelessPorts` leaves the name absent, for objects
 * that no API server has stored.
 */
export function readEndpointSlice(object: ManifestObject, keepsNamelessPorts: boolean): EndpointSlice {
  const value = headOf(object);
  const labels = labelsOf(objectOf(value.metadata).labels);
  const rest = {
    namespace: namespaceOf(object),
    name: object.name,
    serviceName: textOf(labels[serviceNameLabel]),
    labels,
    addressType: readAddressType(textOf(value.addressType)),
    ports: itemsOf(value.ports).map((port) => readPort(port, keepsNamelessPorts)),
    object,
  };
  const { unread } = object;
  if (unread !== undefined) return new UnreadEndpointSlice(rest, unread);
  return { ...rest, endpoints: itemsOf(value.endpoints).map(readEndpoint) };
}

/** The object's value without its endpoints. */
function headOf(object: ManifestObject): JsonObject {
  return object.unread?.head ?? object.value;
}

/** The name of a slice's Service; `''` if it has none. */
export function serviceNameOf(object: ManifestObject): string {
  return textOf(labelsOf(objectOf(headOf(object).metadata).labels)[serviceNameLabel]);
}

function readAddressType(text: string): EndpointSlice['addressType'] {
  return text === 'IPv6' || text === 'FQDN' ? text : 'IPv4';
}

function readEndpoint(endpoint: JsonObject): SliceEndpoint {
  const conditions = objectOf(endpoint.conditions);
  const base = {
    addresses: textsOf(endpoint.addresses),
    ready: conditions.ready !== false,
    serving: conditions.serving !== false,
    terminating: conditions.terminating === true,
    nodeName: textOf(endpoint.nodeName),
  };
  return isObject(endpoint.hints) ? { ...base, ...readHints(endpoint.hints) } : base;
}

function readHints(hints: JsonObject): Pick<SliceEndpoint, 'zoneHints' | 'nodeHints'> {
  const zoneHints = itemsOf(hints.forZones).map((hint) => textOf(hint.name));
  const nodeHints = itemsOf(hints.forNodes).map((hint) => textOf(hint.name));
  return { ...(zoneHints.length > 0 ? { zoneHints } : {}), ...(nodeHints.length > 0 ? { nodeHints } : {}) };
}

function readPort(port: JsonObject, keepsNameless: boolean): SlicePort {
  const { name, port: number } = port;
  return {
    name: typeof name === 'string' ? name : keepsNameless ? undefined : '',
    protocol: readProtocol(port),
    port: typeof number === 'number' ? number : undefined,
  };
}
