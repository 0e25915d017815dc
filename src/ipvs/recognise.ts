/** Which texts, and which lines of a text, are those of ipset and ipvsadm. */

/** Whether a text is what `ipset save` prints: somewhere a set is created. */
export function looksLikeIpset(text: string): boolean {
  return /^create \S+ (?:bitmap|hash|list):/m.test(text);
}

/** Whether a line in a text of several programs' output is `ipset save`'s. */
export function isIpsetLine(line: string): boolean {
  return /^(?:create|add) \S/.test(line);
}

/** Whether a text is what `ipvsadm -S` prints: somewhere a virtual service is added. */
export function looksLikeIpvsadm(text: string): boolean {
  return /^(?:-A|--add-service) +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) /m.test(text);
}

/** Whether a line in a text of several programs' output is `ipvsadm -S`'s, which iptables' rules begin like. */
export function isIpvsadmLine(line: string): boolean {
  return /^-[Aa] +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) /.test(line);
}
