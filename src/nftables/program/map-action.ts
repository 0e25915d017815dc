/** Map lookups in rules. */
import type { Answer } from '../../walk/doubt.js';
import type { Action, Rule as ProgramRule, Test } from '../../walk/types.js';
import { unknown } from '../../walk/unknown.js';
import { expressionText } from '../print-expression.js';
import type { Expression, SetElement, SetOperand } from '../types.js';
import type { Candidates } from './chain.js';
import { questionText } from './fields.js';
import { boxOfKey, boxTest, exactKeys, keyTest } from './lookup.js';
import type { Scene } from './scene.js';
import { numbersOf } from './values.js';
import { partsOf } from '../constants.js';

/** Makes an action from the rules of a map's entries; `elements` are the elements of these entries. */
type Into = (entries: readonly ProgramRule[], elements: readonly SetElement[], candidates?: Candidates) => Action;

/** Continues with the map entry for the key: `into` makes an action from the rules of the entries. */
export function lookUp(
  key: Expression,
  map: SetOperand,
  scene: Scene,
  { actionOf, into }: { readonly actionOf: (element: SetElement) => Action | undefined; readonly into: Into },
): Action {
  const elements = map.kind === 'anonymousSet' ? map.elements : scene.set(map.name)?.elements;
  if (elements === undefined)
    return {
      kind: 'assume',
      text: `the map ${expressionText(map)}, which is missing in the rules, has no entry for the packet`,
    };
  const others = { learns: [] };
  if (key.kind === 'numgen' || key.kind === 'hash') {
    const tests = sharesOf(key, elements);
    const entries = elements.map((element, index) => ({
      ...others,
      tests: tests[index] ?? [],
      action: actionOf(element),
    }));
    return into(entries, elements);
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
    return { ...others, tests: test === undefined ? [] : [test], action: actionOf(element) };
  });
  const whatever = sorted.flatMap((one, index) => (isAny(one) ? [index] : []));
  return into(entries, sorted, exactKeys(boxes, whatever, family));
}

/** `*`: every other key. */
function isAny({ key }: SetElement): boolean {
  return key.kind === 'literal' && key.text === '*';
}

/** Every number is equally likely; when elements are tested in sequence, each gets its share of the rest. */
function sharesOf(
  { kind, modulus, offset = 0, ...rest }: Extract<Expression, { kind: 'numgen' | 'hash' }>,
  elements: readonly SetElement[],
): readonly (readonly Test[])[] {
  const assumption =
    kind === 'hash'
      ? 'a hash of the packet gives any value with equal probability: the same for every packet of the same kind'
      : 'mode' in rest && rest.mode === 'inc'
        ? 'the counter of numgen inc has any value with equal probability'
        : undefined;
  let left = modulus;
  return elements.map(({ key }) => {
    const range = isAny({ key }) ? undefined : numbersOf(key, new Map());
    const [from, to] = range ?? [offset, offset + modulus - 1];
    const count = isAny({ key }) ? left : Math.max(0, Math.min(to, offset + modulus - 1) - Math.max(from, offset) + 1);
    const probability = left <= 0 ? 0 : Math.min(1, count / left);
    left -= count;
    const answer: Answer =
      probability <= 0
        ? false
        : probability >= 1
          ? true
          : { kind: 'chance', probability, ...(assumption === undefined ? {} : { assumption }) };
    return [() => answer];
  });
}
