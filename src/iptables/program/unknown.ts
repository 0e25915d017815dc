/** Conditions that no dump decides. */
import type { Family } from '../../net/address.js';
import type { Test } from '../../walk/types.js';
import { turned, unknown } from '../../walk/unknown.js';
import { protocolName } from '../names.js';
import type { Match } from '../types.js';
import { ipvsWordsTest } from './match-ipvs.js';
import { isTurned, questionOf } from './questions.js';

/** Conditions whose answer changes from one time they are asked to the next. */
const unsteady: ReadonlySet<string> = new Set(['limit', 'hashlimit', 'quota', 'random', 'nth', 'condition', 'fuzzy']);

/** `-m limit`, `-m owner`, `-m time` …: kept with their options, and unknown unless the kind of packet decides them. */
export function moduleTest(match: Match & { readonly kind: 'module' }): Test {
  const { module, options } = match;
  const text = questionOf(match) ?? '';
  const guess = turned(unknown(text, `${text} holds`, !unsteady.has(module)), isTurned(options));
  if (module !== 'owner') return guess;
  // What comes from elsewhere has no socket here (net/netfilter/xt_owner.c).
  return (state, world) =>
    state.packets.isFromNode ? guess(state, world) : options.every(({ negated }) => negated === true);
}

/**
 * Words that nobody understands, but for those of `-m ipvs`, and `-p NAME`: whatever the name means, it is none of the
 * protocols that a packet here can have, as those go by one name everywhere.
 */
export function rawTest(match: Match & { readonly kind: 'other' }, family: Family): Test {
  const { module, words } = match;
  const known = module === 'ipvs' ? ipvsWordsTest(match, family) : undefined;
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
