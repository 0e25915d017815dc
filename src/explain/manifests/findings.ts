import { selects } from '../../cluster/values.js';
import { labelsOf, namespaceOf, objectOf, textOf } from '../../manifests/values.js';
import type { Service } from '../../cluster/types.js';
import type { Finding } from '../../diagnostics/finding.js';
import type { ManifestObject } from '../../manifests/types.js';
import type { Knowledge, Reason } from '../types.js';

/** Whether an object affects a Service's traffic or names. */
const belongs: Readonly<Record<string, (object: ManifestObject, service: Service) => boolean>> = {
  Endpoints: ({ name }, service) => name === service.name,
  EndpointSlice: ({ value }, service) =>
    labelsOf(objectOf(value.metadata).labels)['kubernetes.io/service-name'] === service.name,
  StatefulSet: ({ value }, service) => {
    const { serviceName, template } = objectOf(value.spec);
    const labels = labelsOf(objectOf(objectOf(template).metadata).labels);
    return (
      textOf(serviceName) === service.name || (service.selector !== undefined && selects(service.selector, labels))
    );
  },
};

/**
 * Lint's findings about a Service, its own endpoints, and StatefulSets that name it or that it selects. Linear in the
 * findings about such objects and the objects.
 */
export function findingsAbout(service: Service, { findings, node }: Knowledge): Reason[] {
  return findings.filter((finding) => isAbout(finding, service, node.manifests?.objects ?? [])).map(asReason);
}

function isAbout({ object }: Finding, service: Service, objects: readonly ManifestObject[]): boolean {
  if (object === undefined || namespaceOf(object) !== service.namespace) return false;
  if (object.kind === 'Service') return object.name === service.name;
  const isOf = belongs[object.kind];
  if (isOf === undefined) return false;
  const found = objects.find(
    (one) => one.kind === object.kind && one.name === object.name && namespaceOf(one) === service.namespace,
  );
  return found !== undefined && isOf(found, service);
}

function asReason({ message, file, range, rule }: Finding): Reason {
  return { message: message.replace(/\.$/, ''), file, line: range.start.line, rule };
}
