import { quote } from '../diagnostics/quote.js';
import { isObject } from './values.js';
import type { Json } from './types.js';

/** Texts that users pass by mistake instead of manifests, recognised by their beginning, and what to do instead. */
const kinds: readonly (readonly [begin: RegExp, reason: string])[] = [
  [
    /^\*(?:raw|mangle|nat|filter|security)[ \t]*\r?\n/,
    'what iptables-save prints, no manifest: explain, trace and diff read it',
  ],
  [/^create \S+ (?:bitmap|hash|list):/, 'what ipset save prints, no manifest: explain, trace and diff read it'],
  [
    /^-A +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) /,
    'what ipvsadm -S -n prints, no manifest: explain, trace and diff read it',
  ],
  [
    /^table (?:ip|ip6|inet|arp|bridge|netdev) \S+ \{|^\{\s*"nftables"\s*:/,
    'what nft prints, no manifest: explain, trace and diff read it',
  ],
  [
    /^[ \t]*(?:(?:chain|set|map|flowtable) [\w./-]+ \{[ \t]*(?:#[^\n]*)?(?:\r?\n|$)|type (?:filter|nat|route) hook |(?:ip6? [sd]addr|meta l4proto|(?:tcp|udp|sctp) [sd]port|ct state) )/,
    'a part of what nft prints, without its table: give all that nft list ruleset prints, or at least the line table … { before it and } after it',
  ],
  [/^IP Virtual Server version |^Prot LocalAddress:Port /, 'what ipvsadm -Ln prints: give what ipvsadm -S -n prints'],
  [/^Name: \S+\r?\nType: (?:bitmap|hash|list):/, 'what ipset list prints: give what ipset save prints'],
  [/^\[\s*\{\s*"ifindex"\s*:/, 'what ip -json address prints: give it as --host'],
  [
    /^Chain \S+ \((?:policy |\d+ references)/,
    'what iptables -L prints, which leaves out parts of rules: give what iptables-save prints',
  ],
  [
    /^-[PN] [\w-]+(?: (?:ACCEPT|DROP))?\r?\n-[PNA] /,
    'what iptables -S prints, which leaves out the other tables: give what iptables-save prints',
  ],
  [
    /^(?:\[[\d. ]+\] ?)?(?:PACKET: \d+ [0-9a-f]+ |\s*TRACE: )|^trace id [0-9a-f]+ (?:ip6?|inet|arp|bridge|netdev) /,
    "a trace of the kernel, which shows the rules that single packets met (xtables-monitor --trace, nft monitor trace, the kernel's log): kubechains reads the rules themselves, as iptables-save and nft list ruleset print them, and trace computes the way of any packet through them",
  ],
  [/^NAME(?:SPACE)? {2,}[A-Z]/, 'a table of kubectl get: add -o yaml to it'],
  [
    /^Error from server |^error: |^Unable to connect to the server: |^The connection to the server |^No resources found/i,
    'an error message',
  ],
];

/** The same for an object: the API server's answer if it returns no object. */
export function reasonToLeaveStatus(value: Json): string | undefined {
  if (!isObject(value) || value.kind !== 'Status' || value.apiVersion !== 'v1') return undefined;
  return `an answer of the API server instead of objects: ${quote(typeof value.message === 'string' ? value.message : '')}`;
}

/** How far the first line that is neither blank nor a comment is searched. */
const longestPreamble = 4096;

/** Why a text is not a manifest at all; undefined if it may be one. */
export function reasonToLeaveForeign(text: string): string | undefined {
  const begin = text.slice(0, longestPreamble).replace(/^\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n)*/, '');
  const reason = kinds.find(([pattern]) => pattern.test(begin))?.[1];
  // In a file with both output streams, messages from standard error precede the objects.
  return reason === undefined || /^[ \t]*"?(?:apiVersion|kind)"?[ \t]*:/m.test(text) ? undefined : reason;
}
