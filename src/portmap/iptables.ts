/** The iptables form of the plugin portmap (containernetworking/plugins, plugins/meta/portmap, 1.3.0 to 1.9.1). */
import { hash } from 'node:crypto';
import { parseDump } from '../iptables/dump/parse.js';
import { saveRule } from '../iptables/print/save-rule.js';
import type { Match, Rule, Target } from '../iptables/types.js';
import { formatPrefix, type Family } from '../net/address.js';
import { boundTo, mappingsOf } from './mappings.js';
import type { PodAddress, PortMapping, PortmapAdd, PortProtocol } from './types.js';
import { joinHostPort } from '../net/host-port.js';

/** The plugin's rules and chains in the table nat. */
interface PortmapRules {
  /** User chains, in order of creation. */
  readonly chains: readonly string[];
  /** Rules that are inserted at the head of their built-in chains. */
  readonly first: readonly Rule[];
  /** All others, appended. */
  readonly rules: readonly Rule[];
}

const entry = 'CNI-HOSTPORT-DNAT';
const masquerading = 'CNI-HOSTPORT-MASQ';
const marking = 'CNI-HOSTPORT-SETMARK';
const protocols: readonly PortProtocol[] = ['sctp', 'tcp', 'udp'];
/** The limit of `-m multiport`. */
const mostPorts = 15;

/** The rules of a family after these ADDs, in sequence; none if no Pod has an address of the family. */
export function portmapRules(adds: readonly PortmapAdd[], family: Family): PortmapRules {
  const rules = new Rules(family);
  for (const add of adds) {
    const pod = add.addresses[family];
    if (pod !== undefined && add.mappings.length > 0) rules.add(add, pod);
  }
  return rules;
}

/** `CNI-DN-` and the first 21 digits of a SHA-512 of network and container, joined without a separator. */
function chainOfPod({ network, containerId }: Pick<PortmapAdd, 'network' | 'containerId'>): string {
  return `CNI-DN-${hash('sha512', network + containerId, 'hex').slice(0, 21)}`;
}

class Rules implements PortmapRules {
  readonly chains: string[] = [];
  readonly first: Rule[] = [];
  readonly rules: Rule[] = [];
  private readonly written = new Set<string>();

  constructor(private readonly family: Family) {}

  add(add: PortmapAdd, pod: PodAddress): void {
    const { settings, mappings } = add;
    if (settings.snat && settings.externalSetMarkChain === '') this.masquerade(settings.markMasqBit);
    this.chain(entry);
    const isLocal: Match = { kind: 'addressType', destinationType: 'LOCAL' };
    for (const chain of ['PREROUTING', 'OUTPUT']) this.append(chain, [isLocal], jump(entry));
    const own = chainOfPod(add);
    this.chain(own);
    for (const mapping of mappingsOf(mappings, this.family)) this.map(own, add, pod, mapping);
    this.lead(own, add);
  }

  private masquerade(bit: number): void {
    const bits = (1 << bit) >>> 0;
    const mark = { value: bits, mask: bits };
    this.chain(marking);
    this.append(marking, [comment('CNI portfwd masquerade mark')], { kind: 'mark', operation: 'setXmark', mark });
    this.chain(masquerading);
    this.append(masquerading, [{ kind: 'mark', mark }], { kind: 'masquerade' });
    const rule = {
      chain: 'POSTROUTING',
      matches: [comment('CNI portfwd requiring masquerade')],
      target: jump(masquerading),
    };
    if (this.isNew(rule)) this.first.push(rule);
  }

  private map(chain: string, { settings }: PortmapAdd, pod: PodAddress, mapping: PortMapping): void {
    const { hostPort, containerPort, protocol } = mapping;
    const address = boundTo(mapping);
    const matches: Match[] = [
      { kind: 'protocol', protocol },
      { kind: protocol, destinationPort: { from: hostPort, to: hostPort } },
      ...(address === undefined ? [] : [{ kind: 'destination' as const, prefix: address }]),
    ];
    if (settings.snat) {
      const setsMark = jump(settings.externalSetMarkChain || marking);
      for (const from of this.masqueraded(pod, settings.masqAll)) this.append(chain, [...from, ...matches], setsMark);
    }
    this.append(chain, matches, { kind: 'destinationNat', to: joinHostPort(pod.address, containerPort) });
  }

  /** The sources that are masqueraded: all, or the Pod's network (hairpin) and IPv4's localhost. */
  private masqueraded({ network }: PodAddress, all: boolean): Match[][] {
    if (all) return [[]];
    const sources = [formatPrefix(network), ...(this.family === 'ipv4' ? ['127.0.0.1/32'] : [])];
    return sources.map((prefix) => [{ kind: 'source', prefix }]);
  }

  /** The lists of ports include those of addresses of the other family. */
  private lead(own: string, { network, containerId, mappings, settings }: PortmapAdd): void {
    const note = comment(commentText(`dnat name: "${network}" id: "${containerId}"`));
    for (const protocol of protocols) {
      const ports = mappings
        .filter((mapping) => mapping.protocol === protocol)
        .map(({ hostPort: port }) => ({ from: port, to: port }));
      for (let start = 0; start < ports.length; start += mostPorts) {
        const some: Match = { kind: 'multiport', side: 'destination', ports: ports.slice(start, start + mostPorts) };
        const more = readConditions(settings.conditions[this.family], this.family) ?? [];
        this.append(entry, [{ kind: 'protocol', protocol }, note, some, ...more], jump(own));
      }
    }
  }

  private chain(name: string): void {
    if (!this.chains.includes(name)) this.chains.push(name);
  }

  private append(chain: string, matches: readonly Match[], target: Target): void {
    const rule = { chain, matches, target };
    if (this.isNew(rule)) this.rules.push(rule);
  }

  private isNew(rule: Rule): boolean {
    const text = saveRule(rule, this.family);
    if (this.written.has(text)) return false;
    this.written.add(text);
    return true;
  }
}

function jump(chain: string): Target {
  return { kind: 'jump', chain };
}

function comment(text: string): Match {
  return { kind: 'comment', text };
}

/** The plugin cuts comments to 255 bytes including `...`; the kernel stores one byte less. */
function commentText(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= 255 ? text : `${bytes.subarray(0, 253).toString()}..`;
}

/** Parses words of iptables as conditions; undefined if iptables-save would not print them like this. */
function readConditions(words: readonly string[], family: Family): readonly Match[] | undefined {
  if (words.length === 0) return [];
  if (!words.every((word) => /^[-!\w.:/,+]+$/.test(word))) return undefined;
  const text = `*nat\n:CONDITIONS - [0:0]\n-A CONDITIONS ${words.join(' ')} -j ACCEPT\nCOMMIT\n`;
  const { dumps, findings } = parseDump({ name: 'conditions', text }, { family });
  const rules = dumps[0]?.ruleSet.tables[0]?.rules ?? [];
  return findings.length > 0 || rules.length !== 1 ? undefined : rules[0]?.matches;
}
