import type { Json } from '../../manifests/types.js';
import {
  areAnnotations,
  areLabels,
  fieldsOf,
  hasOrdinaryFields,
  isBoolean,
  isLabel,
  isListOf,
  isString,
  isSubdomain,
  isTime,
  type Check,
  type Fields,
} from './fields.js';

const ownerFields = fieldsOf({
  apiVersion: isString,
  blockOwnerDeletion: isBoolean,
  controller: isBoolean,
  kind: isString,
  name: isString,
  uid: isString,
});

const isOwner: Check = (value) => hasOrdinaryFields(value, ownerFields, 'apiVersion', 'kind', 'name', 'uid');

function metadataFields(name: Check): Fields {
  return fieldsOf({
    annotations: areAnnotations,
    creationTimestamp: isTime,
    generateName: isString,
    labels: areLabels,
    name,
    namespace: isLabel,
    ownerReferences: isListOf(isOwner, 16),
    resourceVersion: isString,
    uid: isString,
    generation: (value) => typeof value === 'number' && Number.isSafeInteger(value),
    finalizers: isListOf(isString, 16),
  });
}

const ofService = metadataFields(isLabel);
const ofOthers = metadataFields(isSubdomain);

/** Metadata with a name, as API servers store it; objects with managedFields are checked fully. */
export function isOrdinaryMetadata(value: Json | undefined, isService: boolean): boolean {
  return hasOrdinaryFields(value, isService ? ofService : ofOthers, 'name');
}
