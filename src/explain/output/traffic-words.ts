import type { ExplainedTraffic } from '../types.js';
import { shareWords } from '../words/numbers.js';
import { deciderWords } from '../words/decider.js';
import { code, type Code, type Phrase } from './document.js';
import { joinWords } from '../../diagnostics/words.js';

const shownEndpoints = 4;

/** `From a Pod on this node to cluster IP 10.96.0.50:80: 1/3 each to …; they see the client's own address.` */
export function trafficWords(row: ExplainedTraffic): Phrase {
  return [`From ${fromWords(row.from)} to ${joinWords(row.to, 'or')}: `, ...fateWords(row), ...undecidedWords(row)];
}

const everybody = ['a Pod on this node', 'a Pod on another node', 'this node itself', 'a client outside the cluster'];

function fromWords(from: readonly string[]): string {
  return everybody.every((client) => from.includes(client))
    ? 'anywhere, in the cluster or outside,'
    : joinWords(from, 'or');
}

function fateWords(row: ExplainedTraffic): (string | Code)[] {
  switch (row.fate) {
    case 'delivered':
      return deliveredWords(row);
    case 'refused':
      return [`rejected at once, with an ICMP answer ("connection refused")${deciderWords(row.by)}.`];
    case 'dropped':
      return [`dropped without an answer (the client waits for its timeout)${deciderWords(row.by)}.`];
    case 'untouched':
      return [untouchedWords(row)];
  }
}

const elsewhere = ': it is routed unchanged to whatever has this address, if anything has.';

function untouchedWords({ untouchedBy }: ExplainedTraffic): string {
  switch (untouchedBy) {
    case 'notTracked':
      return `a rule takes it out of connection tracking (NOTRACK), so no Service rule sees it${elsewhere}`;
    case 'hidden':
      return 'a rule sends it to an address that the dump does not show ([unsupported revision]).';
    case 'missing':
      return 'a rule sends it to a chain that the inputs do not contain, so that they do not show where it ends.';
    case 'markedToDrop':
      return `it is marked for dropping, but no rule drops forwarded packets with that mark${elsewhere}`;
    default:
      return `no Service rule matches it${elsewhere}`;
  }
}

function deliveredWords({ endpoints, source, sourceBy, lost, by }: ExplainedTraffic): (string | Code)[] {
  const shares = [...new Set(endpoints.map(({ share }) => shareWords(share)))];
  const [only] = endpoints;
  const leak = lost > 1e-6 ? [` (${shareWords(lost)} is lost${deciderWords(by)})`] : [];
  const seen = `; ${sourceWords(source)}${deciderWords(sourceBy)}.`;
  if (endpoints.length === 1 && only !== undefined) return ['all to ', code(only.endpoint), ...leak, seen];
  const each = shares.length === 1 ? `${shares[0] ?? ''} each to ` : 'to ';
  return [each, ...listEndpoints(endpoints, shares.length > 1), ...leak, seen];
}

function listEndpoints(endpoints: ExplainedTraffic['endpoints'], withShares: boolean): (string | Code)[] {
  const shown = endpoints.length <= shownEndpoints + 1 ? endpoints : endpoints.slice(0, shownEndpoints);
  const pieces = shown.flatMap(({ endpoint, share }, index): (string | Code)[] => {
    const before = index === 0 ? '' : index === endpoints.length - 1 ? ' and ' : ', ';
    return [before, code(endpoint), ...(withShares ? [` (${shareWords(share)})`] : [])];
  });
  return shown.length === endpoints.length ? pieces : [...pieces, ` and ${endpoints.length - shown.length} more`];
}

/** The source address that the server sees in its log. */
function sourceWords(source: ExplainedTraffic['source']): string {
  if (source === 'client') return "the server sees the client's own address";
  return source === 'node'
    ? "the server sees an address of this node, not the client's"
    : "the server sees the client's address or this node's, depending on the endpoint";
}

function undecidedWords({ undecided }: ExplainedTraffic): string[] {
  return undecided.length === 0
    ? []
    : [` This is true unless ${joinWords(undecided.slice(0, 3), 'or')}, which the rules alone do not show.`];
}
