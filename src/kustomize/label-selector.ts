import type { BuildNode } from './node.js';

/** Whether a mapping of labels, which may be absent, matches a selector. */
export type LabelTest = (labels: BuildNode | undefined) => boolean;

/**
 * Parses `a=b`, `a==b`, `a!=b`, `a in (b, c)`, `a notin (b)`, `a`, `!a`, joined by commas; undefined for anything else.
 */
export function parseLabelSelector(text: string): LabelTest | undefined {
  const tests = splitRequirements(text).map(requirement);
  return tests.every((test) => test !== undefined) ? (labels) => tests.every((test) => test(labels)) : undefined;
}

/** Splits at commas outside parentheses. */
function splitRequirements(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at);
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (at === text.length || (character === ',' && depth === 0)) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return parts.filter((part) => part !== '');
}

function requirement(text: string): LabelTest | undefined {
  const list = /^([^\s=!(),]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (list !== null) return among(list[1] ?? '', list[3] ?? '', list[2] === 'in');
  const comparison = /^([^\s=!(),]+)\s*(==?|!=)\s*([^\s=!(),]*)$/.exec(text);
  if (comparison !== null) return among(comparison[1] ?? '', comparison[3] ?? '', comparison[2] !== '!=');
  const [, negation, key] = /^(!?)\s*([^\s=!(),]+)$/.exec(text) ?? [];
  return key === undefined ? undefined : (labels) => (labels?.get(key) !== undefined) === (negation === '');
}

/** An absent label is not among the values. */
function among(key: string, list: string, isWanted: boolean): LabelTest {
  const values = new Set(list.split(',').map((value) => value.trim()));
  return (labels) => {
    const value = labels?.get(key)?.text;
    return (value !== undefined && values.has(value)) === isWanted;
  };
}
