import type { Sections } from './sections.js';
import type { RuleDifference } from './types.js';
import { unifiedDiff } from './unified.js';

/** The differing rules of one section: their number, and the hunks of a unified diff without its header. */
export function compareSections([before, after]: readonly [Sections, Sections], key: string): RuleDifference {
  const [own, other] = [before.get(key) ?? [], after.get(key) ?? []];
  const [was, is] = [asText(own), asText(other)];
  if (was === is) return { removed: 0, added: 0, unified: '' };
  const lines = unifiedDiff(was, is, { from: '', to: '' }).split('\n').slice(2);
  const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return { removed: count('-'), added: count('+'), unified: lines.join('\n') };
}

function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
