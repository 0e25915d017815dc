import type { Pair } from './pair.js';
import { sectionsOf, type Sections } from './sections.js';
import type { Sides } from './view.js';

/** The key of the section of a pair of service ports: that of the second side, if there is one. */
export function keyOf({ before, after }: Pair): string {
  return after?.key ?? `- ${before?.key ?? ''}`;
}

/** Both sides' rules in sections with the same keys; a renamed service port has its name on the second side. */
export function sectionPair({ before, after }: Sides, pairs: readonly Pair[]): readonly [Sections, Sections] {
  const names = new Map(
    pairs.flatMap((pair) =>
      pair.before === undefined
        ? []
        : [[pair.before, { key: keyOf(pair), label: (pair.after ?? pair.before).label }] as const],
    ),
  );
  return [
    sectionsOf(before, {
      keyOf: (port) => names.get(port)?.key ?? port.key,
      labelOf: (port) => names.get(port)?.label ?? port.label,
    }),
    sectionsOf(after, { keyOf: ({ key }) => key, labelOf: ({ label }) => label }),
  ];
}
