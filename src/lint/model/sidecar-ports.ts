/** The names of ports of containers that webhooks put into Pods, with the program of which they are. */
const ports = new Map([
  ['http-envoy-prom', 'Istio'],
  ['linkerd-proxy', 'Linkerd'],
  ['linkerd-admin', 'Linkerd'],
  ['dapr-http', 'Dapr'],
  ['dapr-grpc', 'Dapr'],
  ['dapr-internal', 'Dapr'],
  ['dapr-metrics', 'Dapr'],
  ['dapr-debug', 'Dapr'],
]);

/** The program with a sidecar that has a port of that name; manifests do not show it. */
export function sidecarWith(portName: string): string | undefined {
  return ports.get(portName);
}
