/**
 * Turns a module and its options into a match. The result is typed for known modules, and undefined if anything is not
 * understood.
 */
import { plainModuleMatch, plainModuleOptions } from './match-modules.js';
import { addressRanges, addressType, mac, packetType } from './matches/addresses.js';
import { recent, statistic } from './matches/chance.js';
import { conntrack, masked, state } from './matches/connection.js';
import { hasRepeats, type Build, type Given } from './matches/options.js';
import { accounting, comment, ipvs, physicalDevice, set } from './matches/others.js';
import { icmp, multiport, sctp, tcp, transportPorts } from './matches/transport.js';
import { flag, optionTable, pair, valued, type OptionSchema, type OptionTable } from './modules.js';
import type { Match } from '../types.js';
import { asWritten } from './values.js';

interface TypedModule {
  readonly options: OptionTable;
  readonly build: Build;
}

/** The options of a match module; undefined for an unknown module. */
export function matchOptions(module: string): OptionTable | undefined {
  return typedModules.get(module)?.options ?? plainModuleOptions(module);
}

/** The match for a module and its options; undefined if an option is not understood, repeated or missing. */
export function buildMatch(module: string, given: Given): Match | undefined {
  const typed = typedModules.get(module);
  if (typed === undefined) return plainModuleMatch(module, given);
  return hasRepeats(given) ? undefined : typed.build(given);
}

/** The module that `-p` loads implicitly: its options may be used without `-m`. */
export function implicitModule(protocol: string): string | undefined {
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp' || protocol === 'icmp') return protocol;
  return protocol === 'ipv6-icmp' ? 'icmp6' : undefined;
}

function typedModule(options: readonly OptionSchema[], build: Build): TypedModule {
  return { options: optionTable(options), build };
}

function text(name: string, ...aliases: string[]): OptionSchema {
  return valued(name, asWritten, { aliases });
}

const ports = [text('--sport', '--source-port'), text('--dport', '--destination-port')];

const typedModules = new Map<string, TypedModule>(
  Object.entries({
    comment: typedModule([text('--comment')], comment),
    tcp: typedModule([...ports, text('--tcp-option'), pair('--tcp-flags'), flag('--syn')], tcp),
    udp: typedModule(ports, (given) => transportPorts('udp', given)),
    sctp: typedModule([...ports, pair('--chunk-types')], sctp),
    icmp: typedModule([text('--icmp-type')], (given) => icmp('icmp', given)),
    icmp6: typedModule([text('--icmpv6-type')], (given) => icmp('icmp6', given)),
    mark: typedModule([text('--mark')], (given) => masked('mark', given)),
    connmark: typedModule([text('--mark')], (given) => masked('connectionMark', given)),
    conntrack: typedModule(
      [
        text('--ctstate'),
        text('--ctproto'),
        text('--ctorigsrc'),
        text('--ctorigdst'),
        text('--ctreplsrc'),
        text('--ctrepldst'),
        text('--ctorigsrcport'),
        text('--ctorigdstport'),
        text('--ctreplsrcport'),
        text('--ctrepldstport'),
        text('--ctstatus'),
        text('--ctexpire'),
        text('--ctdir'),
      ],
      conntrack,
    ),
    state: typedModule([text('--state')], state),
    addrtype: typedModule(
      [text('--src-type'), text('--dst-type'), flag('--limit-iface-in'), flag('--limit-iface-out')],
      addressType,
    ),
    statistic: typedModule([text('--mode'), text('--probability'), text('--every'), text('--packet')], statistic),
    recent: typedModule(
      [
        text('--name'),
        flag('--set'),
        flag('--rcheck'),
        flag('--update'),
        flag('--remove'),
        text('--seconds'),
        flag('--reap'),
        text('--hitcount'),
        flag('--rttl'),
        text('--mask'),
        flag('--rsource'),
        flag('--rdest'),
      ],
      recent,
    ),
    physdev: typedModule(
      [
        text('--physdev-in'),
        text('--physdev-out'),
        flag('--physdev-is-in'),
        flag('--physdev-is-out'),
        flag('--physdev-is-bridged'),
      ],
      physicalDevice,
    ),
    set: typedModule([pair('--match-set'), flag('--return-nomatch')], set),
    nfacct: typedModule([text('--nfacct-name')], accounting),
    ipvs: typedModule([text('--vdir'), text('--vproto'), text('--vaddr'), text('--vport'), text('--vmethod')], ipvs),
    multiport: typedModule(
      [text('--sports', '--source-ports'), text('--dports', '--destination-ports'), text('--ports')],
      multiport,
    ),
    mac: typedModule([text('--mac-source')], mac),
    iprange: typedModule([text('--src-range'), text('--dst-range')], addressRanges),
    pkttype: typedModule([text('--pkt-type')], packetType),
  }),
);
