/** Map lookups in rules. */
import type { Action, Rule as ProgramRule, Test } from '../../walk/types.js';
import { unknown } from '../../walk/unknown.js';
import { expressionText } from '../print-expression.js';
import type { Expression, SetElement, SetOperand } from '../types.js';
import { chanceOf, countOf, isChoice, type Choice } from './chance.js';
import type { Candidates } from './chain.js';
import { questionText } from './fields.js';
import { boxOfKey, boxTest, exactKeys, keyTest } from './lookup.js';
import type { Scene } from './scene.js';
import { partsOf } from '../constants.js';

/** Makes the rule of a map's entry: the actions before the last one, and that. */
export interface EntryMaker {
  readonly firstOf?: (element: SetElement) => readonly Action[];
  readonly actionOf: (element: SetElement) => Action | undefined;
}

/** Makes an action from the rules of a map's entries; `elements` are the elements of these entries. */
type Into = (entries: readonly ProgramRule[], elements: readonly SetElement[], candidates?: Candidates) => Action;

/** Continues with the map entry for the key: `into` makes an action from the rules of the entries. */
export function lookUp(
  key: Expression,
  map: SetOperand,
  scene: Scene,
  { firstOf, actionOf, into }: EntryMaker & { readonly into: Into },
): Action {
  const elements = map.kind === 'anonymousSet' ? map.elements : scene.set(map.name)?.elements;
  if (elements === undefined)
    return {
      kind: 'assume',
      text: `the map ${expressionText(map)}, which is missing in the rules, has no entry for the packet`,
    };
  const rule = (element: SetElement, tests: readonly Test[]): ProgramRule => ({
    tests,
    first: firstOf?.(element) ?? [],
    learns: [],
    action: actionOf(element),
  });
  if (isChoice(key)) {
    const tests = sharesOf(key, elements);
    return into(
      elements.map((element, index) => rule(element, tests[index] ?? [])),
      elements,
    );
  }
  const columns = partsOf(key);
  const sorted = [...elements.filter((one) => !isAny(one)), ...elements.filter(isAny)];
  const { family } = scene;
  const boxes = sorted.map((one) => (isAny(one) ? undefined : boxOfKey(columns, one.key, family)));
  const entries = sorted.map((element, index) => {
    const box = boxes[index];
    const test = isAny(element)
      ? undefined
      : box === undefined
        ? (keyTest(columns, element.key, family) ??
          unknown(questionText(key, element.key), `${expressionText(key)} is ${expressionText(element.key)}`))
        : boxTest(box, family);
    return rule(element, test === undefined ? [] : [test]);
  });
  const whatever = sorted.flatMap((one, index) => (isAny(one) ? [index] : []));
  return into(entries, sorted, exactKeys(boxes, whatever, family));
}

/** With more values than this, none is followed. */
const mostValues = 256;

/** A value that is looked up or chosen: `ip daddr map { … }`, `numgen random mod 2`, each number being its own value. */
export function choiceOf(value: Expression): { readonly key: Expression; readonly map: SetOperand } | undefined {
  if (value.kind === 'map') return value;
  if (!isChoice(value) || value.modulus > mostValues) return undefined;
  const { modulus, offset = 0 } = value;
  const elements = Array.from({ length: modulus }, (_, index): SetElement => {
    const number = { kind: 'literal', text: String(offset + index) } as const;
    return { key: number, value: number };
  });
  return { key: value, map: { kind: 'anonymousSet', elements } };
}

/** `*`: every other key. */
function isAny({ key }: SetElement): boolean {
  return key.kind === 'literal' && key.text === '*';
}

/** Every number is equally likely; when elements are tested in sequence, each gets its share of the rest. */
function sharesOf(choice: Choice, elements: readonly SetElement[]): readonly (readonly Test[])[] {
  let left = choice.modulus;
  return elements.map((element) => {
    const count = isAny(element) ? left : (countOf(choice, element.key) ?? left);
    const answer = chanceOf(choice, left <= 0 ? 0 : Math.min(1, count / left));
    left -= count;
    return [() => answer];
  });
}
