import { ruleText } from '../../nftables/print-statement.js';
import type { Rule, Statement } from '../../nftables/types.js';
import { plain } from '../words/plain.js';
import { actionWords, type ActionContext } from './action-words.js';
import { matchWords } from './match-words.js';
import { joinWords } from '../../diagnostics/words.js';

/**
 * A rule as one sentence about a packet, without full stop: `A packet that goes to any in the set cluster-ips is
 * rejected with an ICMP answer (port unreachable)`.
 */
export function ruleWords({ statements }: Rule, context: ActionContext = {}): string {
  const conditions = withoutDoubleProtocol(statements).flatMap(conditionOf);
  const actions = statements.flatMap((statement) => (isCondition(statement) ? [] : [actionWords(statement, context)]));
  const end = actions.find(({ kind }) => kind === 'end');
  const effects = actions.filter(({ kind }) => kind === 'effect').map(({ words }) => words);
  const counted = 'is counted';
  const onlyCounts = end === undefined && effects.every((words) => words === counted);
  const subject = conditions.length === 0 ? 'Every packet' : `A packet that ${joinWords(conditions)}`;
  const predicate = onlyCounts
    ? ['is only counted here, and continues']
    : [...effects.filter((words) => words !== counted || end === undefined), ...(end === undefined ? [] : [end.words])];
  return `${subject} ${joinWords(predicate)}`;
}

function isCondition({ kind }: Statement): boolean {
  return ['match', 'limit', 'quota', 'connectionLimit', 'meter'].includes(kind);
}

function conditionOf(statement: Statement): string[] {
  switch (statement.kind) {
    case 'match':
      return [matchWords(statement)];
    case 'limit': {
      const { over, rate, unit, per } = statement;
      return [`${over === true ? 'exceeds' : 'comes within'} the limit of ${rate} ${unit ?? 'packets'} a ${per}`];
    }
    case 'connectionLimit':
      return [`comes with ${statement.over === true ? 'more than' : 'at most'} ${statement.count} connections open`];
    case 'quota':
      return [
        `${statement.over === true ? 'exceeds' : 'comes within'} the quota of ${statement.amount} ${statement.unit}`,
      ];
    case 'meter':
      return [`comes within the limits of the meter ${plain(statement.name)}`];
    default:
      return [];
  }
}

/** `meta l4proto tcp` is redundant beside `tcp dport 80`. */
function withoutDoubleProtocol(statements: readonly Statement[]): readonly Statement[] {
  const said = new Set(
    statements.flatMap((one) => (one.kind === 'match' && one.left.kind === 'payload' ? [one.left.protocol] : [])),
  );
  return statements.filter(
    (one) =>
      !(
        one.kind === 'match' &&
        one.left.kind === 'meta' &&
        one.left.key === 'l4proto' &&
        one.operator === undefined &&
        one.right.kind === 'literal' &&
        said.has(one.right.text)
      ),
  );
}

/** A rule's text as nft lists it, without its handle; line breaks and similar characters are escaped. */
export function shownRule({ statements, comment }: Rule): string {
  try {
    return plain(ruleText(comment === undefined ? { statements } : { statements, comment }), 2000);
  } catch {
    return plain(JSON.stringify(statements), 2000);
  }
}
