import type { Json, JsonObject, ManifestObject, UnreadSlice } from '../../manifests/types.js';
import type { Family, Strictness } from '../../net/address.js';
import { readAddress } from '../model/addresses.js';
import {
  fieldsOf,
  hasOrdinaryFields,
  isBoolean,
  isLabel,
  isListOf,
  isOneOf,
  isPort,
  isString,
  isSubdomain,
} from './fields.js';
import { isOrdinaryMetadata } from './metadata.js';
import { isList } from '../../manifests/values.js';

const portFields = fieldsOf({
  name: (value) => value === '' || isLabel(value),
  port: isPort,
  protocol: isOneOf('TCP', 'UDP', 'SCTP'),
});
const objectFields = fieldsOf({
  addressType: isOneOf('IPv4', 'IPv6'),
  apiVersion: isOneOf('discovery.k8s.io/v1'),
  endpoints: () => true,
  kind: isOneOf('EndpointSlice'),
  metadata: (value) => isOrdinaryMetadata(value, false),
  ports: (value) =>
    isListOf((port) => hasOrdinaryFields(port, portFields), 64)(value) && haveOwnNames(value as readonly JsonObject[]),
});

const conditionFields = fieldsOf({ ready: isBoolean, serving: isBoolean, terminating: isBoolean });
const targetFields = fieldsOf({ kind: isString, name: isString, namespace: isString, uid: isString });
const endpointFields = fieldsOf({
  addresses: isListOf(isString, 1),
  conditions: (value) => hasOrdinaryFields(value, conditionFields),
  nodeName: isSubdomain,
  targetRef: (value) => hasOrdinaryFields(value, targetFields),
  zone: isString,
});

/** Whether the API server certainly accepts an EndpointSlice. */
export function isOrdinarySlice(object: ManifestObject, strictness: Strictness): boolean {
  const { unread } = object;
  const value = unread?.head ?? object.value;
  if (!hasOrdinaryFields(value, objectFields, 'addressType', 'metadata')) return false;
  const family = value.addressType === 'IPv4' ? 'ipv4' : 'ipv6';
  if (unread === undefined) return haveOrdinaryEndpoints(value.endpoints, family, strictness);
  return unread.family === family && (family === 'ipv4' || areUnicastIpv6(unread, strictness));
}

/** The API server accepts at most a thousand. */
function haveOrdinaryEndpoints(endpoints: Json | undefined, family: Family, strictness: Strictness): boolean {
  return (
    isList(endpoints) &&
    endpoints.length <= 1000 &&
    endpoints.every((endpoint) => {
      if (!hasOrdinaryFields(endpoint, endpointFields) || !isList(endpoint.addresses)) return false;
      return isUnicast(endpoint.addresses[0] as string, family, strictness);
    })
  );
}

function isUnicast(address: string, family: Family, strictness: Strictness): boolean {
  const reading = readAddress(address, strictness);
  return reading?.family === family && reading.scope === 'unicast';
}

function areUnicastIpv6(unread: UnreadSlice, strictness: Strictness): boolean {
  let areUnicast = true;
  unread.visit((address) => {
    areUnicast &&= isUnicast(address, 'ipv6', strictness);
  });
  return areUnicast;
}

function haveOwnNames(ports: readonly JsonObject[]): boolean {
  return ports.length === 1 || new Set(ports.map(({ name }) => name ?? '')).size === ports.length;
}
