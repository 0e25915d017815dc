/** A dump and what `ss -ltnu` prints beside it, each below a line with its file name. */
export function exampleListening(dump: string, ...sockets: readonly string[]): string {
  const head = 'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port';
  return ['# node.save', dump, '# node.listening', head, ...sockets].join('\n');
}
