import { plain } from './plain.js';
import { joinHostPort } from '../../net/host-port.js';

/** `10.96.0.1:80`, `[fd00::1]:80`; only the port if there is no address. */
export function formatHostPort(address: string, port: number): string {
  return joinHostPort(plain(address), port);
}

/** The address in `10.96.0.1:80` or `[fd00::1]:80`. */
export function hostOf(hostPort: string): string {
  return (
    /^\[([^\]]*)\]/.exec(hostPort)?.[1] ??
    hostPort.slice(0, hostPort.lastIndexOf(':') < 0 ? undefined : hostPort.lastIndexOf(':'))
  );
}

/** The port in `10.96.0.1:80` or `[fd00::1]:80`. */
export function portOf(hostPort: string): number {
  return Number(hostPort.slice(hostPort.lastIndexOf(':') + 1));
}
