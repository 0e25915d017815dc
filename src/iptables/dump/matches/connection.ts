/** Matches of marks and of what conntrack knows: libxt_mark, libxt_connmark, libxt_state, libxt_conntrack. */
import { protocolNumber } from '../../names.js';
import { isWord } from '../../print/text.js';
import type { ConntrackMatch, Match } from '../../types.js';
import { readMasked, readNumber, readPorts, readStates, readWordSet } from '../values.js';
import { only, negatedIf, type Given } from './options.js';

export function masked(kind: 'mark' | 'connectionMark', given: Given): Match | undefined {
  const option = only(given);
  const mark = option === undefined ? undefined : readMasked(option.value);
  return option === undefined || mark === undefined ? undefined : { kind, mark, ...negatedIf(option) };
}

export function state(given: Given): Match | undefined {
  const option = only(given);
  const states = option === undefined ? undefined : readStates(option.value);
  if (option === undefined || states === undefined || states.includes('SNAT') || states.includes('DNAT'))
    return undefined;
  return { kind: 'state', states, ...negatedIf(option) };
}

const statuses = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'] as const;

type ConntrackField = Exclude<keyof ConntrackMatch, 'kind' | 'negations'>;

const conntrackFields: Readonly<Record<string, readonly [ConntrackField, (value: string) => unknown]>> = {
  '--ctstate': ['states', readStates],
  '--ctproto': [
    'protocol',
    (value) => {
      const number = protocolNumber(value);
      return number === undefined ? undefined : String(number);
    },
  ],
  '--ctorigsrc': ['originalSource', plainWord],
  '--ctorigdst': ['originalDestination', plainWord],
  '--ctreplsrc': ['replySource', plainWord],
  '--ctrepldst': ['replyDestination', plainWord],
  '--ctorigsrcport': ['originalSourcePort', readPorts],
  '--ctorigdstport': ['originalDestinationPort', readPorts],
  '--ctreplsrcport': ['replySourcePort', readPorts],
  '--ctrepldstport': ['replyDestinationPort', readPorts],
  '--ctstatus': ['statuses', readStatuses],
  '--ctexpire': ['expire', numberPair],
  '--ctdir': ['direction', (value) => readWordSet(value.toUpperCase(), ['ORIGINAL', 'REPLY'])?.[0]],
};

export function conntrack(given: Given): Match | undefined {
  const option = only(given);
  if (option?.schema.name === '--ctstate') {
    const states = readStates(option.value);
    return states === undefined ? undefined : { kind: 'conntrackState', states, ...negatedIf(option) };
  }
  const fields: Record<string, unknown> = {};
  const negations: string[] = [];
  for (const { schema, value, negated } of given) {
    const [field, read] = conntrackFields[schema.name] ?? [];
    const known = read?.(value);
    if (field === undefined || known === undefined) return undefined;
    fields[field] = known;
    if (negated) negations.push(field);
  }
  if (given.length === 0) return undefined;
  return { ...fields, kind: 'conntrack', ...(negations.length > 0 ? { negations } : {}) };
}

/** NONE is a mask without bits, so it adds nothing to other words. */
function readStatuses(value: string): readonly string[] | undefined {
  const known = readWordSet(value.toUpperCase(), ['NONE', ...statuses]);
  return known === undefined || known.length < 2 ? known : known.filter((word) => word !== 'NONE');
}

function plainWord(value: string): string | undefined {
  return isWord(value) ? value : undefined;
}

function numberPair(value: string): { from: number; to: number } | undefined {
  const [first = '', last = first, ...rest] = value.split(':', 3);
  const from = readNumber(first);
  const to = readNumber(last);
  return from === undefined || to === undefined || from > to || rest.length > 0 ? undefined : { from, to };
}
