import { textAt } from '../values.js';
import { findNamedPort, servingPorts } from './serving-ports.js';
import type { ServicePortView, ServiceView } from './service.js';
import type { WorkloadView } from './workload.js';

/**
 * Whether workloads run the same images, with any tags, and each declares all ports of a Service: versions, steps of a
 * lesson or roles of one program, any of which can answer. A worker with the image of a web server declares no port,
 * and a Job answers no connections. Pods written by hand are alike if none declares a port, too.
 */
export function runOneImage(workloads: readonly WorkloadView[], { ports }: ServiceView): boolean {
  const [first = '', ...others] = workloads.map(imagesOf);
  return (
    first !== '' &&
    !workloads.some(({ kind }) => kind.endsWith('Job')) &&
    others.every((images) => images === first) &&
    ports.length > 0 &&
    (workloads.every((workload) => ports.every((port) => declares(workload, port))) ||
      workloads.every((workload) => workload.kind === 'Pod' && servingPorts(workload).length === 0))
  );
}

/** The images that a workload's Pods run permanently, without tags and digests, as one text. */
export function imagesOf({ containers }: WorkloadView): string {
  const images = containers.flatMap(({ value, keepsRunning }) => {
    const image = textAt(value, 'image')
      .replace(/@.*$/, '')
      .replace(/:[^/:]*$/, '');
    return keepsRunning && image !== '' ? [image] : [];
  });
  return [...new Set(images)].sort().join(' ');
}

function declares(workload: WorkloadView, { targetPort, port, protocol }: ServicePortView): boolean {
  const wanted = targetPort ?? port;
  if (typeof wanted === 'string') return findNamedPort(workload, wanted, protocol) !== undefined;
  return servingPorts(workload).some((declared) => declared.port.containerPort === wanted);
}
