import type { JsonObject } from '../manifests/types.js';
import { readProtocol } from './service.js';
import type { ServicePortSpec, SlicePort } from './types.js';
import { itemsOf, numberOf, textOf } from '../manifests/values.js';

/**
 * The ports of a Service on Pods with this spec. A named targetPort is the first container port with that name *and*
 * protocol, with sidecars (init containers that always restart) last. Ports that the Pods do not have are left out
 * (FindPort of k8s.io/endpointslice).
 */
export function portsOnPods(ports: readonly ServicePortSpec[], podSpec: JsonObject): SlicePort[] {
  return ports.flatMap((port): SlicePort[] => {
    const number =
      typeof port.targetPort === 'number'
        ? port.targetPort
        : findContainerPort(port.targetPort, port.protocol, podSpec);
    return number === undefined ? [] : [{ name: port.name, protocol: port.protocol, port: number }];
  });
}

function findContainerPort(name: string, protocol: string, podSpec: JsonObject): number | undefined {
  const sidecars = itemsOf(podSpec.initContainers).filter((container) => container.restartPolicy === 'Always');
  for (const container of [...itemsOf(podSpec.containers), ...sidecars]) {
    for (const port of itemsOf(container.ports)) {
      if (textOf(port.name) === name && readProtocol(port) === protocol) return numberOf(port.containerPort, 0);
    }
  }
  return undefined;
}
