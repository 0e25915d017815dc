/** In the comments of its rules, kube-proxy names Services as `namespace/name`, with `:port` if the port has a name. */
const comment = /--comment (?:"([^"]*)"|(\S+))/;
const servicePort = /(?:^| )([a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9.-]*(?::[a-z0-9-]+)?)(?= |$)/;
const serviceChain = /^(?:-A |:)(KUBE-(?:SVC|SVL|SEP|EXT|FW)-\S+)/;
const mostNamed = 3;

/**
 * Names the Services of lines from iptables-save or iptables-restore texts: by the line's own comment, or by the
 * comments of other rules in its chain in one of the texts. Without comments nothing is known.
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
