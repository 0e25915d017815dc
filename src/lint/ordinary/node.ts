import type { ManifestObject } from '../../manifests/types.js';
import { fieldsOf, hasOrdinaryFields, isListOf, isOneOf, isString } from './fields.js';
import { isOrdinaryMetadata } from './metadata.js';

const specFields = fieldsOf({ podCIDR: isString, podCIDRs: isListOf(isString, 2), providerID: isString });
const addressFields = fieldsOf({ address: isString, type: isString });
const statusFields = fieldsOf({ addresses: isListOf((value) => hasOrdinaryFields(value, addressFields), 64) });
const objectFields = fieldsOf({
  apiVersion: isOneOf('v1'),
  kind: isOneOf('Node'),
  metadata: (value) => isOrdinaryMetadata(value, false),
  spec: (value) => hasOrdinaryFields(value, specFields),
  status: (value) => hasOrdinaryFields(value, statusFields),
});

/** Whether it is a Node with nothing but its addresses. */
export function isOrdinaryNode({ kind, value }: ManifestObject): boolean {
  return kind === 'Node' && hasOrdinaryFields(value, objectFields, 'metadata');
}
