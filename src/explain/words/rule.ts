import type { Match, Rule, TableName } from '../../iptables/types.js';
import { matchWords } from './matches.js';
import { plain } from './plain.js';
import { targetWords, type TargetContext } from './targets.js';
import { joinWords } from '../../diagnostics/words.js';

/**
 * A rule as one sentence about a packet, without full stop: `A packet that goes to 10.96.0.50 and is TCP to port 80
 * continues in KUBE-SVC-…`.
 */
export function ruleWords(rule: Rule, table: TableName, chainWords?: TargetContext['chainWords']): string {
  const described = inSpokenOrder(readable(rule.matches)).map(matchWords);
  const conditions = described.filter(({ kind }) => kind === 'condition').map(({ words }) => words);
  const effects = described.filter(({ kind }) => kind === 'effect').map(({ words }) => words);
  const subject = conditions.length === 0 ? 'Every packet' : `A packet that ${joinWords(conditions)}`;
  const predicate = targetWords(rule.target, { table, ...(chainWords === undefined ? {} : { chainWords }) });
  return `${subject} ${[...effects, predicate].join(' and ')}`;
}

/** The rule's comments, joined; undefined if it has none. */
export function ruleComment(rule: Rule): string | undefined {
  const texts = rule.matches.flatMap((match) =>
    match.kind === 'comment' && match.text !== '' ? [plain(match.text)] : [],
  );
  return texts.length === 0 ? undefined : texts.join('; ');
}

/** Comments are not conditions, and `-p tcp -m tcp --dport 80` needs TCP only once. */
function readable(matches: readonly Match[]): Match[] {
  const said = new Set<string>(matches.flatMap((match) => (isPortMatch(match) ? [match.kind] : [])));
  return matches.filter(
    (match) =>
      match.kind !== 'comment' &&
      !(match.kind === 'protocol' && match.negated !== true && said.has(match.protocol)) &&
      !(
        match.kind === 'protocol' &&
        (match.protocol === 'icmp' || match.protocol === 'ipv6-icmp') &&
        matches.some(({ kind }) => kind === 'icmp' || kind === 'icmp6')
      ),
  );
}

const spokenOrder = ['source', 'destination', 'inInterface', 'outInterface', 'protocol', 'tcp', 'udp', 'sctp'];

/** Source and destination come first; the rest keeps its order. */
function inSpokenOrder(matches: readonly Match[]): Match[] {
  const rank = ({ kind }: Match): number =>
    spokenOrder.includes(kind) ? spokenOrder.indexOf(kind) : spokenOrder.length;
  return matches.toSorted((a, b) => rank(a) - rank(b));
}

function isPortMatch(match: Match): boolean {
  return match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp';
}
