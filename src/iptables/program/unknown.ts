/** Conditions that no dump decides. */
import type { Family } from '../../net/address.js';
import type { Test } from '../../walk/types.js';
import { turned, unknown } from '../../walk/unknown.js';
import { protocolName } from '../names.js';
import type { Match } from '../types.js';
import { ipvsWordsTest } from './match-ipvs.js';
import { isTurned, questionOf } from './questions.js';

/** Modules with a state: the same condition can give another result the next time. */
const unsteady: ReadonlySet<string> = new Set(['limit', 'hashlimit', 'quota', 'random', 'nth', 'condition', 'fuzzy']);

/** `-m limit`, `-m owner`, `-m time` …: undecided, unless the kind of packet decides them. */
export function moduleTest(match: Match & { readonly kind: 'module' }): Test {
  const { module, options } = match;
  const text = questionOf(match) ?? '';
  const guess = turned(unknown(text, `${text} holds`, !unsteady.has(module)), isTurned(options));
  if (module !== 'owner') return guess;
  // A packet from elsewhere has no local socket (net/netfilter/xt_owner.c).
  return (state, world) =>
    state.packets.isFromNode ? guess(state, world) : options.every(({ negated }) => negated === true);
}

/**
 * Words that were not understood: undecided, except `-m ipvs` options and an unknown `-p NAME`. No packet here has that
 * protocol, because the protocols of packets have the same name on every machine.
 */
export function rawTest(match: Match & { readonly kind: 'other' }, family: Family): Test {
  const { module, words } = match;
  const known = module === 'ipvs' ? ipvsWordsTest(match, family) : undefined;
  if (known !== undefined) return known;
  // A comment always matches (net/netfilter/xt_comment.c).
  if (module === 'comment' && words[0] === '--comment') return () => true;
  if (module === '' && isStrangeProtocol(words)) return words.includes('!') ? () => true : () => false;
  const text = questionOf(match) ?? '';
  return unknown(text, `${text} holds`);
}

/** `-p` with an unknown protocol name. If the name is known, the words were kept because the option is repeated. */
function isStrangeProtocol(words: readonly string[]): boolean {
  const [, name] = /^(?:! )?(?:-p|--proto|--protocol) (?:! )?(\S+)$/.exec(words.join(' ')) ?? [];
  return name !== undefined && protocolName(name) === undefined;
}
