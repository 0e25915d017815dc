/** An address and a port: `10.0.0.1:80`, `[fd00::1]:80`. */
export function joinHostPort(address: string, port: number | string): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
