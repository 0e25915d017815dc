import { reachableChains } from '../../explain/rules/reachable.js';
import type { DumpPlace, FamilyContext, NodeContext } from '../context.js';
import { natTable } from '../model/example-dumps.js';
import type { NodeRule } from '../rule.js';
import { joinHostPort } from '../../net/host-port.js';
import { joinWords } from '../../diagnostics/words.js';

const servers = `-A -t 10.96.0.50:80 -s rr
-a -t 10.96.0.50:80 -r 10.244.1.15:8080 -m -w 1`;

export const twoProxies: NodeRule = {
  id: 'node/two-proxies',
  severity: 'warning',
  documentation: {
    summary: 'Rules of two proxy modes are in force on one node',
    why: `kube-proxy cleans up after itself only where it runs with \`--cleanup\`, or (nftables mode) for some of what its other modes left. Where the mode was changed without that, or a second
kube-proxy runs beside the first, both sets of rules act on packets. Which one decides depends on their order in the kernel; the older ones are never updated again, and send
connections to Pods that are long gone, until the node is restarted.`,
    remedy:
      'Run `kube-proxy --cleanup` on the node while no kube-proxy runs (or restart the node), then start the one that is wanted.',
    bad: `${natTable()}\n${servers}`,
    good: natTable(),
    sources: [
      'https://kubernetes.io/docs/reference/networking/virtual-ips/#migrating-from-iptables-mode-to-nftables',
      'kube-proxy, cmd/kube-proxy/app/server_linux.go, cleanupAndExit and platformCleanup',
    ],
  },
  *check(context) {
    for (const family of context.families) {
      const alive = evidence(context, family);
      const [first] = alive;
      if (first === undefined || alive.length < 2) continue;
      yield {
        place: first.place,
        message:
          `${family.family === 'ipv4' ? 'IPv4' : 'IPv6'} Services are served twice on this node, by ${joinWords(alive.map(({ words }) => words))}: ` +
          'one of them is left over and sends connections to where Pods used to be; run kube-proxy --cleanup.',
      };
    }
  },
};

interface Evidence {
  readonly words: string;
  readonly place: DumpPlace;
}

/** The proxies with rules on this node, each with a place that proves it. */
function evidence({ find }: NodeContext, family: FamilyContext): Evidence[] {
  const { index, content } = family;
  const alive: Evidence[] = [];
  const reached = reachableChains(index, 'nat');
  const chain = (pattern: RegExp, words: string): void => {
    const found = index
      .chains('nat')
      .find(({ name, rules }) => pattern.test(name) && rules.length > 0 && reached.has(name));
    if (found !== undefined) alive.push({ words, place: family.placeOfChain(found) });
  };
  chain(/^KUBE-(?:SVC|SVL|XLB)-/, 'KUBE-SVC-… chains of iptables');
  chain(/^KUBE-PORTALS-(?:CONTAINER|HOST)$/, 'KUBE-PORTALS-… chains of the old userspace proxy');
  const server = content.virtualServers.find(
    ({ service, realServers }) => service.kind === 'address' && realServers.length > 0,
  );
  if (server?.service.kind === 'address') {
    const { address, port } = server.service;
    const place = find(` ${joinHostPort(address, port)} -s `);
    if (place !== undefined) alive.push({ words: 'virtual servers of IPVS', place });
  }
  if ((content.nftables ?? []).some(({ name }) => name === 'kube-proxy')) {
    const place = find(/^\s*table (?:ip6? )?kube-proxy \{|"name"\s*:\s*"kube-proxy"/);
    if (place !== undefined) alive.push({ words: "kube-proxy's table of nftables", place });
  }
  return alive;
}
