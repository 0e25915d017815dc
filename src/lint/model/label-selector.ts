import type { Path } from '../../diagnostics/finding.js';
import { quote } from '../../diagnostics/quote.js';
import type { Json, ManifestObject, NodePart } from '../../manifests/types.js';
import { labelsAt, listAt, stringAt, textAt } from '../values.js';
import { labelValueFault, qualifiedNameFault } from './syntax.js';
import { isObject, valueAt } from '../../manifests/values.js';

export interface LabelFault {
  readonly path: Path;
  readonly part?: NodePart;
  /** What is wrong, as the beginning of a sentence. */
  readonly fault: string;
}

const none: LabelFault[] = [];

/**
 * What is wrong with the keys and values of a map of labels. Values that are not strings are reported by `yaml/` and
 * `schema/`.
 */
export function labelFaults(value: Json | undefined, path: Path): LabelFault[] {
  const labels = valueAt(value, ...path);
  if (!isObject(labels)) return none;
  const faults: LabelFault[] = [];
  for (const key of Object.keys(labels)) {
    const text = labels[key];
    const keyFault = qualifiedNameFault(key);
    const valueFault = typeof text === 'string' ? labelValueFault(text) : undefined;
    if (keyFault !== undefined)
      faults.push({ path: [...path, key], part: 'key', fault: `Label key ${quote(key)} ${keyFault}` });
    else if (typeof text === 'string' && valueFault !== undefined)
      faults.push({ path: [...path, key], fault: `The value ${quote(text)} of label ${quote(key)} ${valueFault}` });
  }
  return faults;
}

/** What is wrong with a selector: a map of labels (`isPlain`), or matchLabels and matchExpressions. */
export function selectorFaults(object: ManifestObject, path: Path, isPlain = false): LabelFault[] {
  if (isPlain) return labelFaults(object.value, path);
  const expressions = listAt(object.value, ...path, 'matchExpressions');
  return [
    ...labelFaults(object.value, [...path, 'matchLabels']),
    ...expressions.flatMap((expression, index) => expressionFaults(expression, [...path, 'matchExpressions', index])),
  ];
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

function expressionFaults(expression: Json, path: Path): LabelFault[] {
  const operator = textAt(expression, 'operator');
  const key = stringAt(expression, 'key');
  const keyFault = key === undefined ? undefined : qualifiedNameFault(key);
  const faults: LabelFault[] =
    keyFault === undefined ? [] : [{ path: [...path, 'key'], fault: `Label key ${quote(key ?? '')} ${keyFault}` }];
  if (operator !== '' && !operators.includes(operator)) {
    return [
      ...faults,
      {
        path: [...path, 'operator'],
        fault: `${quote(operator)} is not an operator of a label selector (In, NotIn, Exists, DoesNotExist)`,
      },
    ];
  }
  return operator === '' ? faults : [...faults, ...valuesFaults(expression, operator, [...path, 'values'])];
}

function valuesFaults(expression: Json, operator: string, path: Path): LabelFault[] {
  const written = valueAt(expression, 'values');
  const values = listAt(expression, 'values');
  if (written !== undefined && written !== null && !Array.isArray(written)) return [];
  const takesValues = operator === 'In' || operator === 'NotIn';
  if (takesValues && values.length === 0) return [{ path, fault: `Operator ${operator} has no values` }];
  if (!takesValues) return values.length === 0 ? [] : [{ path, fault: `Operator ${operator} takes no values` }];
  return values.flatMap((value, index) => {
    if (typeof value !== 'string') return [];
    const fault = labelValueFault(value);
    return fault === undefined ? [] : [{ path: [...path, index], fault: `Label value ${quote(value)} ${fault}` }];
  });
}

/** Whether labels match a valid selector; an empty one matches all. */
export function matchesLabelSelector(
  object: ManifestObject,
  path: Path,
  isPlain: boolean,
  labels: ReadonlyMap<string, string>,
): boolean {
  const required = labelsAt(object, isPlain ? path : [...path, 'matchLabels']);
  for (const [key, value] of required) if (labels.get(key) !== value) return false;
  if (isPlain) return true;
  return listAt(object.value, ...path, 'matchExpressions').every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(expression: Json, labels: ReadonlyMap<string, string>): boolean {
  const key = textAt(expression, 'key');
  const value = labels.get(key);
  const values = listAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return labels.has(key);
    case 'DoesNotExist':
      return !labels.has(key);
    default:
      return true;
  }
}
