/** The kubelet's port, which no load balancer should expose. */
export const kubeletPort = 10250;

/** Whether it is a port number, 1 to 65535. */
export function isPortNumber(port: number | undefined): port is number {
  return port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** Whether it is an integer but not a port number; other values are reported by `schema/invalid`. */
export function isOutOfRange(port: number): boolean {
  return Number.isInteger(port) && (port < 1 || port > 65535);
}

/** Whether it is a protocol of Services; other values are reported by `schema/invalid`. */
export function isProtocol(protocol: string): boolean {
  return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP';
}
