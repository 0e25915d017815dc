import { plain } from '../../explain/words/plain.js';
import { lostItsMark } from '../../iptables/dump/lost-marks.js';
import { lostItsPort } from '../../iptables/dump/lost-ports.js';
import { natTable, replaced } from '../model/example-dumps.js';
import type { FamilyContext } from '../context.js';
import type { NodeRule } from '../rule.js';
import { count } from '../../diagnostics/words.js';

const chains = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-FORWARD', 'KUBE-FIREWALL'];

export const lostMatch: NodeRule = {
  id: 'node/lost-match',
  severity: 'warning',
  documentation: {
    summary: 'Rules lost their ports or marks: an old iptables read those of a newer one',
    why: `iptables-nft 1.8.8 and newer write ports and marks as nftables' own expressions, which older versions cannot read and leave out without a word. From the dump
alone does not show whether the node has lost them, too: it has where a program in a container with the old version read the rules and wrote them back. Then a rule for one port takes
every port of its protocol, and KUBE-POSTROUTING returns every packet, so nothing is masqueraded.`,
    remedy:
      "Dump with the node's newest iptables (`iptables --version` on the node and in the containers of kube-proxy and the CNI), and bring all of them to one version.",
    bad: natTable(replaced(' -m tcp --dport 80', ' -m tcp')),
    good: natTable(),
    sources: ['kubernetes/kubernetes#112477', 'spidernet-io/egressgateway#1536', 'iptables 1.8.8, release notes'],
  },
  *check({ families }) {
    for (const family of families)
      for (const name of chains) for (const chain of family.index.named(name)) yield* inChain(family, chain);
  },
};

function* inChain(
  family: FamilyContext,
  chain: Parameters<FamilyContext['placeOfChain']>[0],
): ReturnType<NodeRule['check']> {
  for (const [what, isLost] of [
    ['port', lostItsPort],
    ['mark', lostItsMark],
  ] as const) {
    const position = chain.rules.findIndex(isLost);
    const rule = chain.rules[position];
    if (rule === undefined) continue;
    const others = chain.rules.filter(isLost).length - 1;
    yield {
      place: family.placeOf({ chain, number: position + 1, rule }),
      message:
        `This rule of ${plain(chain.name)} ${others === 0 ? 'lacks its' : `and ${count(others, 'other')} lack their`} ${what}${others === 0 ? '' : 's'}: an iptables before 1.8.8 ` +
        'read what a newer one wrote; dump with the newer one to see whether the node has it.',
    };
  }
}
