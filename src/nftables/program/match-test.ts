/** Tests of conditions. */
import { notSeen } from '../../walk/branches.js';
import { factOf, wordsFor } from '../../walk/state.js';
import type { Test } from '../../walk/types.js';
import { turned, unknown } from '../../walk/unknown.js';
import { expressionText } from '../print-expression.js';
import type { Expression, MatchStatement, NamedSet } from '../types.js';
import { choiceTest, isChoice, isChosenAnew } from './chance.js';
import { fieldOf, questionText } from './fields.js';
import { allTests, membershipTest } from './lookup.js';
import { presencesIn } from './presence.js';
import type { Owner, Scene } from './scene.js';
import { numberOf } from './values.js';
import { partsOf } from '../constants.js';

/** The test of a condition. A condition that is not understood is undecided: the walk follows both answers. */
export function matchTest(match: MatchStatement, scene: Scene, owner: Owner): Test {
  return allTests([...presencesIn(match.left, scene.family), valueTest(match, scene, owner)]);
}

/** The test of the value, for packets that have the field. */
function valueTest(match: MatchStatement, scene: Scene, owner: Owner): Test {
  const { left, operator, right, mask } = match;
  const isNegated = operator === '!=' || operator === '!';
  const guess = unknown(questionText(left, right), `${expressionText(left)} is ${expressionText(right)}`);
  const field = fieldOf(left, scene.family);
  // `tcp flags syn / fin,syn,rst,ack`
  if (mask !== undefined) return turned(field?.masked?.(mask)?.oneOf([right]) ?? guess, isNegated);
  const isAnyBit = field?.anyOf !== undefined && (operator === undefined || operator === '!') && !isSet(right);
  if (isAnyBit) return turned(field.anyOf?.(right) ?? guess, isNegated);
  const dynamic = dynamicSet(right, scene);
  if (dynamic !== undefined) return turned(affinityTest(left, dynamic, scene, owner), isNegated);
  const keys = keysOf(right, scene);
  const wanted =
    keys === undefined || operator === undefined || operator === '==' || isNegated ? keys : compared(operator, keys);
  if (wanted === undefined) return turned(guess, isNegated);
  const test =
    isChoice(left) && isChosenAnew(left)
      ? choiceTest(left, wanted)
      : membershipTest(partsOf(left), wanted, scene.family);
  return turned(test ?? guess, isNegated);
}

function isSet({ kind }: Expression): boolean {
  return kind === 'anonymousSet' || kind === 'setReference';
}

/** The constants of the right side; undefined if they are not known. */
function keysOf(right: Expression, scene: Scene): readonly Expression[] | undefined {
  switch (right.kind) {
    case 'anonymousSet':
      return right.elements.map(({ key }) => key);
    case 'setReference':
      return scene.set(right.name)?.elements.map(({ key }) => key);
    case 'list':
    case 'literal':
    case 'string':
    case 'prefix':
    case 'range':
    case 'concatenation':
    case 'binary':
      return [right];
    default:
      return undefined;
  }
}

function dynamicSet(right: Expression, scene: Scene): NamedSet | undefined {
  const set = right.kind === 'setReference' ? scene.set(right.name) : undefined;
  return set?.flags?.includes('dynamic') === true ? set : undefined;
}

/** A set that rules fill contains clients of earlier packets; a dump shows only its content at that time. */
function affinityTest(left: Expression, set: NamedSet, scene: Scene, owner: Owner): Test {
  const key = recentKey(owner, set.name, left);
  const known = membershipTest(
    partsOf(left),
    set.elements.map((element) => element.key),
    scene.family,
  );
  const others = dynamicChecksFrom(owner, (name) => dynamicSet({ kind: 'setReference', name }, scene) !== undefined);
  return (state, world) => {
    const before = factOf(state, key);
    if (before !== undefined) return before;
    const listed = known?.(state, world);
    if (listed === true || (listed !== undefined && typeof listed !== 'boolean')) return listed;
    const client = wordsFor(state.source, 'source');
    return {
      kind: 'unknown',
      key,
      weight: 1 / (others + 1),
      metWhen: true,
      ifMet: `the set ${set.name} contains ${client}`,
      ifMissed: notSeen(client),
      ...(set.timeout === undefined ? {} : { seconds: set.timeout / 1000 }),
    };
  };
}

/** The key of the fact that such a set contains this value of the packet: sets of other tables have the same names. */
export function recentKey({ chain }: Owner, set: string, key: Expression): string {
  return `recent ${chain.table} ${set} ${expressionText(key)}`;
}

/** How many rules, from this one on, test a set that rules fill. */
function dynamicChecksFrom({ chain, index }: Owner, isDynamic: (name: string) => boolean): number {
  let count = 0;
  for (let at = index; at < chain.rules.length; at++) {
    const asks = chain.rules[at]?.statements.some(
      (one) => one.kind === 'match' && one.right.kind === 'setReference' && isDynamic(one.right.name),
    );
    if (asks === true) count++;
  }
  return count;
}

/** Converts less-than and greater-than comparisons to a range. */
function compared(operator: '<' | '>' | '<=' | '>=', keys: readonly Expression[]): readonly Expression[] | undefined {
  const [only] = keys;
  const number = only?.kind === 'literal' ? numberOf(only) : undefined;
  if (number === undefined || keys.length !== 1) return undefined;
  const from = operator === '>' ? number + 1 : operator === '>=' ? number : 0;
  const to = operator === '<' ? number - 1 : operator === '<=' ? number : 0xffffffff;
  const literal = (value: number): { kind: 'literal'; text: string } => ({ kind: 'literal', text: String(value) });
  return from > to ? [] : [{ kind: 'range', from: literal(from), to: literal(to) }];
}
