/** Recognises texts and lines from ipset and ipvsadm. */

/** Whether a text is output of `ipset save`: it has a line that creates a set. */
function looksLikeIpsetSave(text: string): boolean {
  return /^create \S+ (?:bitmap|hash|list):/m.test(text);
}

/** Whether a text is output of `ipset list`. */
export function looksLikeIpsetList(text: string): boolean {
  return /^Name: \S+[ \t]*\r?\nType: (?:bitmap|hash|list):/m.test(text);
}

/** Whether a text is output of `ipset save` or `ipset list`. */
export function looksLikeIpset(text: string): boolean {
  return looksLikeIpsetSave(text) || looksLikeIpsetList(text);
}

/** The beginning of lines from other programs: neither ipset output nor an element begins like this. */
const foreign =
  /^(?:[#*:]|COMMIT|-[A-Za-z] |\[\d+:\d+\] -A |table |Chain |IP Virtual Server |Prot LocalAddress| +-> |(?:TCP|UDP|SCTP|FWM) {1,2}\S)/;

/**
 * In the combined output of several programs: for each line, whether it belongs to `ipset save`, or to `ipset list`
 * with its members.
 */
export function ipsetLines(lines: readonly string[]): boolean[] {
  let isInList = false;
  return lines.map((line) => {
    if (/^Name: \S/.test(line)) isInList = true;
    else if (/^\s*$/.test(line) || foreign.test(line)) isInList = false;
    return isInList || /^(?:create|add) \S/.test(line);
  });
}

/** Whether a text is output of `ipvsadm -S`: it has a line that adds a virtual service. */
function looksLikeIpvsadmSave(text: string): boolean {
  return /^(?:-A|--add-service) +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) /m.test(text);
}

const listLine =
  /^[ \t]*(?:IP Virtual Server version |Prot LocalAddress:Port|-> {1,2}\S|(?:TCP|UDP|SCTP) {1,2}\S+:\S+ |FWM {1,2}-?\d+ )/;

/** Whether a text is output of `ipvsadm -L`, with or without its title. */
export function looksLikeIpvsadmList(text: string): boolean {
  return /^[ \t]*(?:Prot LocalAddress:Port |(?:TCP|UDP|SCTP) {1,2}\S+:\S+ .*\r?\n[ \t]+-> )/m.test(text);
}

/** Whether a text is output of `ipvsadm -S` or `ipvsadm -L`. */
export function looksLikeIpvsadm(text: string): boolean {
  return looksLikeIpvsadmSave(text) || looksLikeIpvsadmList(text);
}

/**
 * In the combined output of several programs: for each line, whether it belongs to `ipvsadm`. Rules of iptables begin
 * with `-A`, too.
 */
export function ipvsadmLines(lines: readonly string[]): boolean[] {
  return lines.map((line) => /^-[Aa] +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) /.test(line) || listLine.test(line));
}
