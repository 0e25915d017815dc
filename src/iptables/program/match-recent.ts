/** `-m recent`: lists of addresses, which no dump contains. */
import { notSeen } from '../../walk/branches.js';
import { negateIf, type Answer } from '../../walk/doubt.js';
import type { Rule as ProgramRule, Test } from '../../walk/types.js';
import { factOf, wordsFor } from '../../walk/state.js';
import type { WalkState } from '../../walk/types.js';
import type { RuleChain } from './chain.js';
import type { MatchOf } from './match-of.js';

type Recent = MatchOf<'recent'>;

function keyOf({ name, side }: Recent): string {
  return `recent ${name} ${side ?? 'source'}`;
}

/**
 * Whether the list contains the client. `--set` always matches. For a client not seen during this walk, both answers
 * are possible. Each of the lists that the chain checks in sequence, and none of them, are weighted equally, so that
 * every endpoint of a Service with affinity gets an equal share.
 */
export function recentTest(match: Recent, chain: RuleChain, index: number): Test {
  if (match.action === 'set') return () => match.negated !== true;
  const key = keyOf(match);
  return (state) => negateIf(match.negated, ask(match, key, state, chain, index));
}

function ask(match: Recent, key: string, state: WalkState, chain: RuleChain, index: number): Answer {
  const known = factOf(state, key);
  const countsHits = match.hitCount !== undefined && match.hitCount > 1;
  if (known !== undefined && !(known && countsHits)) return known;
  const side = match.side ?? 'source';
  const client = wordsFor(state[side], side);
  const within = match.seconds === undefined ? '' : `, seen within the last ${match.seconds} s`;
  const times = countsHits ? ` at least ${match.hitCount ?? 0} times` : '';
  const others = match.action === 'remove' ? 1 : chain.recentChecksFrom(index);
  return {
    kind: 'unknown',
    key,
    weight: 1 / (others + 1),
    metWhen: true,
    ifMet: `the recent list ${match.name} contains ${client}${times}${within}`,
    ifMissed: notSeen(client),
    ...(match.seconds === undefined ? {} : { seconds: match.seconds }),
  };
}

/** The changes that a matching rule makes to lists. */
export function recentChanges(match: Recent): ProgramRule['learns'] {
  if (match.action === 'rcheck' || match.negated === true) return [];
  return [{ key: keyOf(match), isIn: match.action !== 'remove' }];
}
