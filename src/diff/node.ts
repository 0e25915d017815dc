import { plain } from '../explain/words/plain.js';
import { lostItsMark } from '../iptables/dump/lost-marks.js';
import type { TableName } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import { titleOfMode } from '../pipeline/modes.js';
import { detectorOfRules } from './detector.js';
import { tenseOf } from './tense.js';
import type { NodeDifference, Severity } from './types.js';
import type { SideView } from './view.js';
import { joinWords } from '../diagnostics/words.js';

/** A fact about a node's rules as a whole: its value on one side, and a sentence about its change. */
interface NodeFact {
  of(view: SideView): string;
  /** `''` if it does not matter. */
  sentence(before: string, after: string, was: string): string;
  severity(before: string, after: string): Severity;
}

const yes = 'yes';

/** The differences for the node as a whole. */
export function compareNode(before: SideView, after: SideView, family: Family): NodeDifference[] {
  const { was: then } = tenseOf({ before, after });
  const asked = before.rules.mode === after.rules.mode ? facts : [modeFact];
  return asked.flatMap((fact): NodeDifference[] => {
    const [was, is] = [fact.of(before), fact.of(after)];
    const sentence = was === is ? '' : fact.sentence(was, is, then);
    return sentence === '' ? [] : [{ family, severity: fact.severity(was, is), sentence }];
  });
}

const modeFact: NodeFact = {
  of: ({ rules }) => rules.mode ?? '',
  sentence: (before, after, was) =>
    after === ''
      ? 'The dump contains no rules of kube-proxy: no Service works with them (or kube-proxy uses the other iptables ' +
        'backend, legacy or nft)'
      : `kube-proxy runs in ${titleOfMode(after)} (${was}: ` +
        `${before === '' ? "no rules of kube-proxy's at all" : titleOfMode(before)}), ` +
        'so rules are not compared one by one',
  severity: (_, after) => (after === '' ? 'stops' : 'changes'),
};

function leads(table: TableName, from: string, to: string, meaning: string): NodeFact {
  return {
    // A table that was left out of the comparison shows nothing.
    of: ({ index }) =>
      !index.tableNames.includes(table) ||
      index.callers(table, to).some(({ chain }) => chain.name === from) ||
      (index.chain(table, from) === undefined && index.tableNames.length < 2)
        ? yes
        : '',
    sentence: (_, after) =>
      after === yes
        ? `${table} ${from} leads to ${to} again: ${meaning} works`
        : `Nothing leads from ${table} ${from} to ${to}: ${meaning} does not work`,
    severity: (_, after) => (after === yes ? 'starts' : 'stops'),
  };
}

const facts: readonly NodeFact[] = [
  leads('nat', 'PREROUTING', 'KUBE-SERVICES', 'traffic from Pods and clients outside to Services'),
  leads('nat', 'OUTPUT', 'KUBE-SERVICES', 'traffic from the node itself to Services'),
  leads('nat', 'POSTROUTING', 'KUBE-POSTROUTING', 'masquerading'),
  {
    of: ({ index }) =>
      index.chain('nat', 'KUBE-POSTROUTING')?.rules.some(({ target }) => target?.kind === 'masquerade') === true
        ? yes
        : '',
    sentence: (_, after) =>
      after === yes
        ? 'Marked packets are masqueraded again'
        : 'Marked packets are not masqueraded: answers from node ports, to clients outside and to Pods that call ' +
          'themselves are lost',
    severity: (_, after) => (after === yes ? 'starts' : 'stops'),
  },
  {
    of: ({ index, rules }) => {
      const detector = detectorOfRules(rules, index);
      return detector === undefined
        ? ''
        : detector.kind === 'sourcePrefix'
          ? `sources in ${detector.prefix}`
          : `interface ${detector.name}`;
    },
    // Rules without Services do not show it.
    sentence: (before, after, was) =>
      before === '' || after === '' ? '' : `What counts as a Pod's traffic: ${plain(after)} (${was}: ${plain(before)})`,
    severity: () => 'changes',
  },
  {
    of: ({ index }) => lostMarks(index),
    sentence: (_, after) =>
      after === ''
        ? 'Rules have their mark matches again'
        : `Rules of ${after} lost their mark match, so they match every packet: ` +
          'iptables before 1.8.8 read the rules of a newer version (kubernetes#112477)',
    severity: (_, after) => (after === '' ? 'starts' : 'stops'),
  },
  {
    of: ({ index }) =>
      index
        .chain('nat', 'KUBE-POSTROUTING')
        ?.rules.some(
          ({ target, matches }) =>
            target?.kind === 'masquerade' && target.randomFully !== true && matches.every(({ kind }) => kind !== 'set'),
        ) === true
        ? yes
        : '',
    sentence: (_, after) =>
      after === yes
        ? 'Masqueraded connections no longer get fully random source ports: under load some may clash and time out'
        : 'Masqueraded connections get fully random source ports',
    severity: () => 'changes',
  },
  leads('filter', 'FORWARD', 'KUBE-FORWARD', 'accepting forwarded Service traffic'),
  {
    of: ({ reach }) =>
      reach === undefined
        ? ''
        : reach.all
          ? `every address of the node${reach.loopback ? '' : ' but loopback'}`
          : joinWords(reach.addresses),
    sentence: (before, after, was) =>
      `Node ports answer on ${plain(after) || 'no address'} (${was}: ${plain(before) || 'no address'})`,
    severity: (_, after) => (after === '' ? 'stops' : 'changes'),
  },
  {
    of: ({ index }) =>
      index
        .chain('filter', 'KUBE-FORWARD')
        ?.rules.some(
          ({ matches, target }) =>
            target?.kind === 'verdict' &&
            target.verdict === 'DROP' &&
            matches.some(
              (match) =>
                (match.kind === 'conntrackState' || match.kind === 'state') && match.states.includes('INVALID'),
            ),
        ) === true
        ? yes
        : '',
    sentence: (_, after) =>
      after === yes
        ? 'Packets that conntrack cannot assign are dropped'
        : 'Packets that conntrack cannot assign are accepted and may reset connections',
    severity: () => 'changes',
  },
  {
    of: ({ index }) =>
      index
        .chain('filter', 'KUBE-FIREWALL')
        ?.rules.some(({ matches }) =>
          matches.some((match) => match.kind === 'destination' && match.prefix === '127.0.0.0/8'),
        ) === true
        ? yes
        : '',
    sentence: (_, after) =>
      after === yes
        ? 'Packets from outside to 127.0.0.0/8 are dropped'
        : 'Packets from outside can reach 127.0.0.0/8 of this node (CVE-2020-8558), ' + 'if route_localnet is on',
    severity: () => 'changes',
  },
];

function lostMarks(index: SideView['index']): string {
  const chains = ['KUBE-POSTROUTING', 'KUBE-FORWARD', 'KUBE-FIREWALL'].filter((name) =>
    index.named(name).some(({ rules }) => rules.some(lostItsMark)),
  );
  return joinWords(chains);
}
