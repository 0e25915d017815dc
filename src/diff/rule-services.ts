/**
 * kube-proxy names Services as `namespace/name`, with `:port` where the port has a name, in the comments of its rules.
 */
const comment = /--comment (?:"([^"]*)"|(\S+))/;
const servicePort = /(?:^| )([a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9.-]*(?::[a-z0-9-]+)?)(?= |$)/;
const serviceChain = /^(?:-A |:)(KUBE-(?:SVC|SVL|SEP|EXT|FW)-\S+)/;
const mostNamed = 3;

/**
 * Names the Services that lines of iptables-save or iptables-restore texts are about: by the line's own comment, or by
 * the comments that other rules of its chain have in one of the texts. Nothing is known of a text without comments.
 */
export function serviceNamer(texts: readonly string[]): (lines: readonly string[]) => string {
  const byChain = new Map<string, string>();
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const [chain, service] = [serviceChain.exec(line)?.[1], serviceIn(line)];
    if (chain !== undefined && service !== undefined) byChain.set(chain, service);
  }
  return (lines) => {
    const services = new Set(
      lines.flatMap((line) => serviceIn(line) ?? byChain.get(serviceChain.exec(line)?.[1] ?? '') ?? []),
    );
    const more = services.size > mostNamed ? [`and ${services.size - mostNamed} more`] : [];
    return [[...services].slice(0, mostNamed).join(', '), ...more].join(' ');
  };
}

function serviceIn(line: string): string | undefined {
  const [, quoted, bare] = comment.exec(line) ?? [];
  return servicePort.exec(quoted ?? bare ?? '')?.[1];
}
