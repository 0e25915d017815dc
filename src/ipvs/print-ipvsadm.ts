import { word } from '../iptables/print/text.js';
import { collect, type Write } from '../iptables/print/write.js';
import type { Forwarding, Persistence, RealServer, VirtualServer, VirtualService } from './types.js';
import { joinHostPort } from '../net/host-port.js';

/**
 * Prints virtual servers like `ipvsadm -S -n` of 1.31, each followed by its real servers. `ipvsadm -R` reads the
 * output. Throws if a text would not remain one word; earlier stages must reject such input.
 */
export function printIpvsadm(virtualServers: readonly VirtualServer[]): string {
  return collect((write) => {
    writeIpvsadm(virtualServers, write);
  });
}

/** Like {@link printIpvsadm}, one line at a time. */
function writeIpvsadm(virtualServers: readonly VirtualServer[], write: Write): void {
  for (const server of virtualServers) {
    const service = serviceOptions(server.service);
    write(
      `-A ${service} -s ${word(server.scheduler)}${persistenceOptions(server.persistence)}${flagOptions(server)}\n`,
    );
    for (const real of server.realServers) write(`-a ${service} ${realServerOptions(real)}\n`);
  }
}

const protocolOptions = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;

function serviceOptions(service: VirtualService): string {
  if (service.kind === 'firewallMark') return `-f ${service.mark | 0}${service.family === 'ipv6' ? ' -6' : ''}`;
  return `${protocolOptions[service.protocol]} ${joinHostPort(word(service.address), service.port)}`;
}

function persistenceOptions(persistence: Persistence | undefined): string {
  if (persistence === undefined) return '';
  const { seconds, mask, engine } = persistence;
  return (
    ' -p ' +
    `${seconds}${mask === undefined ? '' : ` -M ${word(mask)}`}${engine === undefined ? '' : ` --pe ${word(engine)}`}`
  );
}

function flagOptions(server: VirtualServer): string {
  const flags = server.schedulerFlags ?? [];
  return `${server.onePacket === true ? ' -o' : ''}${flags.length === 0 ? '' : ` -b ${flags.map(word).join(',')}`}`;
}

const forwardingOptions: Record<Forwarding, string> = { masquerade: '-m', gateway: '-g', tunnel: '-i' };

function realServerOptions(real: RealServer): string {
  const others = (real.options ?? []).map((option) => ` ${word(option)}`).join('');
  return (
    `-r ${joinHostPort(word(real.address), real.port)} ${forwardingOptions[real.forwarding]} -w ` +
    `${real.weight}${others}`
  );
}
