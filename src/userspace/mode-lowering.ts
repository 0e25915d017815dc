import { formatVersion } from '../cluster/version.js';
import { RuleSetCollector } from '../iptables/rule-sink.js';
import { printSave, SavePrinter } from '../iptables/print/save.js';
import { lastWithUserspace } from '../manifests/proxy-configuration-values.js';
import type { Json } from '../manifests/types.js';
import { emptyContent } from '../node/content.js';
import type { LoweredState, ModeLowering } from '../node/mode.js';
import type { ProxyOptions, ProxyState } from '../proxy/state.js';
import { hostAddress, isBoundToLoopback, isForIpv6 } from './listening.js';
import { lowerInto } from './lower.js';
import { openPortals } from './portals.js';
import { printClaims, printPorts } from './print.js';

/** Makes and prints the rules of userspace mode, and the sockets of its process. */
export const userspaceLowering: ModeLowering = {
  name: 'userspace',
  refusal,
  notes,
  lower: (state: ProxyState): LoweredState => ({
    content: () =>
      isServed(state) ? { ...emptyContent(state.family), ruleSet: ruleSetOf(state) } : emptyContent(state.family),
    print: (format) => printIn(state, format),
    toJson: () => toJson(state),
  }),
  printContent: (format, { ruleSet }) => (format === 'save' ? [printSave(ruleSet)] : undefined),
};

/** IPv6 rules were never compared with a real kube-proxy's, so only IPv4 is served. */
function isServed({ family }: ProxyState): boolean {
  return family === 'ipv4';
}

function notes(state: ProxyState): readonly string[] {
  if (!isServed(state)) return ['one kube-proxy in userspace mode serves one family; rules are made for IPv4 alone'];
  return isForIpv6(state.options)
    ? [
        "kube-proxy in userspace mode serves the family of the node's first address, here IPv6; " +
          'these are the rules of one that serves IPv4',
      ]
    : [];
}

function refusal(options: ProxyOptions): string | undefined {
  if (options.version.minor > lastWithUserspace)
    return `kube-proxy ${formatVersion(options.version)} has no userspace mode, which was removed in 1.${lastWithUserspace + 1}: choose --kube-version 1.${lastWithUserspace}, or another mode`;
  if (isBoundToLoopback(options))
    return 'kube-proxy in userspace mode refuses to start with a bindAddress of 127.0.0.1 or ::1';
  return hostAddress(options) === undefined
    ? 'userspace mode is generated for IPv4 alone, and the node has no such address: give host facts (--host), or a bindAddress'
    : undefined;
}

function ruleSetOf(state: ProxyState): ReturnType<RuleSetCollector['finish']> {
  const collector = new RuleSetCollector(state.family);
  lowerInto(collector, state);
  return collector.finish();
}

function printIn(state: ProxyState, format: string): Iterable<string> {
  if (!isServed(state)) return [];
  if (format === 'ports') return printPorts(openPortals(state));
  if (format === 'claims') return printClaims(openPortals(state));
  const printer = new SavePrinter(state.family);
  lowerInto(printer, state);
  return printer;
}

/** Plain values: the installed rules, each service port's local port, and the held sockets. */
function toJson(state: ProxyState): Json {
  if (!isServed(state))
    return { portals: [], claims: [], iptables: emptyContent(state.family).ruleSet } as unknown as Json;
  return { ...openPortals(state), iptables: ruleSetOf(state) } as unknown as Json;
}
