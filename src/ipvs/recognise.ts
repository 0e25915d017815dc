/** Which texts, and which lines of a text, are those of ipset and ipvsadm. */

/** Whether a text is what `ipset save` prints: somewhere a set is created. */
function looksLikeIpsetSave(text: string): boolean {
  return /^create \S+ (?:bitmap|hash|list):/m.test(text);
}

/** Whether a text is what `ipset list` prints. */
export function looksLikeIpsetList(text: string): boolean {
  return /^Name: \S+[ \t]*\r?\nType: (?:bitmap|hash|list):/m.test(text);
}

/** Whether a text is what `ipset save` or `ipset list` prints. */
export function looksLikeIpset(text: string): boolean {
  return looksLikeIpsetSave(text) || looksLikeIpsetList(text);
}

/** What neither ipset prints nor an element begins with: the output of another program. */
const foreign =
  /^(?:[#*:]|COMMIT|-[A-Za-z] |\[\d+:\d+\] -A |table |Chain |IP Virtual Server |Prot LocalAddress| +-> |(?:TCP|UDP|SCTP|FWM) {1,2}\S)/;

/** Of a text of several programs' output: the lines of `ipset save`, and those of `ipset list` with their members. */
export function ipsetLines(lines: readonly string[]): boolean[] {
  let isInList = false;
  return lines.map((line) => {
    if (/^Name: \S/.test(line)) isInList = true;
    else if (/^\s*$/.test(line) || foreign.test(line)) isInList = false;
    return isInList || /^(?:create|add) \S/.test(line);
  });
}

/** Whether a text is what `ipvsadm -S` prints: somewhere a virtual service is added. */
function looksLikeIpvsadmSave(text: string): boolean {
  return /^(?:-A|--add-service) +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) /m.test(text);
}

const listLine =
  /^[ \t]*(?:IP Virtual Server version |Prot LocalAddress:Port|-> {1,2}\S|(?:TCP|UDP|SCTP) {1,2}\S+:\S+ |FWM {1,2}-?\d+ )/;

/** Whether a text is what `ipvsadm -L` prints, title or not. */
export function looksLikeIpvsadmList(text: string): boolean {
  return /^[ \t]*(?:Prot LocalAddress:Port |(?:TCP|UDP|SCTP) {1,2}\S+:\S+ .*\r?\n[ \t]+-> )/m.test(text);
}

/** Whether a text is what `ipvsadm -S` or `ipvsadm -L` prints. */
export function looksLikeIpvsadm(text: string): boolean {
  return looksLikeIpvsadmSave(text) || looksLikeIpvsadmList(text);
}

/** Of a text of several programs' output: the lines of `ipvsadm`, which iptables' rules begin like. */
export function ipvsadmLines(lines: readonly string[]): boolean[] {
  return lines.map((line) => /^-[Aa] +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) /.test(line) || listLine.test(line));
}
