/** Conditions that no dump decides. */
import { protocolName } from '../iptables/names.js';
import type { Match } from '../iptables/types.js';
import type { Test } from './chain.js';
import { negateIf, type Answer } from './doubt.js';
import { ipvsWordsTest } from './match-ipvs.js';
import { isTurned, questionOf } from './questions.js';
import { factOf } from './state.js';

/** A condition that may or may not hold, the same for the packet's whole way: `text` says what would be so. */
export function unknown(key: string, text: string, isSteady = true): Test {
  const doubt = {
    kind: 'unknown',
    key,
    weight: 0.5,
    metWhen: true,
    ifMet: text,
    ifMissed: `it is not so that ${text}`,
    ...(isSteady ? {} : { isSteady }),
  } as const;
  return (state): Answer => (isSteady ? (factOf(state, key) ?? doubt) : doubt);
}

/** Conditions whose answer changes from one time they are asked to the next. */
const unsteady: ReadonlySet<string> = new Set(['limit', 'hashlimit', 'quota', 'random', 'nth', 'condition', 'fuzzy']);

/** `-m limit`, `-m owner`, `-m time` …: kept with their options, and unknown unless the kind of packet decides them. */
export function moduleTest(match: Match & { readonly kind: 'module' }): Test {
  const { module, options } = match;
  const text = questionOf(match) ?? '';
  const guess = turned(unknown(text, `${text} holds`, !unsteady.has(module)), isTurned(options));
  if (module !== 'owner') return guess;
  // What comes from elsewhere has no socket here (net/netfilter/xt_owner.c).
  return (state) =>
    state.question.inInterface === undefined ? guess(state) : options.every(({ negated }) => negated === true);
}

/**
 * Words that nobody understands, but for those of `-m ipvs`, and `-p NAME`: whatever the name means, it is none of the
 * protocols that a packet here can have, as those go by one name everywhere.
 */
export function rawTest(match: Match & { readonly kind: 'other' }): Test {
  const { module, words } = match;
  const known = module === 'ipvs' ? ipvsWordsTest(match) : undefined;
  if (known !== undefined) return known;
  // A comment matches whatever it says (net/netfilter/xt_comment.c).
  if (module === 'comment' && words[0] === '--comment') return () => true;
  if (module === '' && isStrangeProtocol(words)) return words.includes('!') ? () => true : () => false;
  const text = questionOf(match) ?? '';
  return unknown(text, `${text} holds`);
}

/** `-p` with a name that no protocol is known by; of repeated options the name is known. */
function isStrangeProtocol(words: readonly string[]): boolean {
  const [, name] = /^(?:! )?(?:-p|--proto|--protocol) (?:! )?(\S+)$/.exec(words.join(' ')) ?? [];
  return name !== undefined && protocolName(name) === undefined;
}

/** Whether `negated` turns an answer round. */
export function turned(test: Test, negated: boolean | undefined): Test {
  return negated === true ? (state) => negateIf(negated, test(state)) : test;
}
