/** The kubelet's port, which no load balancer may expose. */
export const kubeletPort = 10250;

/** Whether it is a port number, 1 to 65535. */
export function isPortNumber(port: number | undefined): port is number {
  return port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** Whether it is a whole number that is no port; of other values `schema/invalid` speaks. */
export function isOutOfRange(port: number): boolean {
  return Number.isInteger(port) && (port < 1 || port > 65535);
}

/** Whether it is a protocol that Services know; of others `schema/invalid` speaks. */
export function isProtocol(protocol: string): boolean {
  return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP';
}
