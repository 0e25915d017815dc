import { keyOf, type Pair } from './pair.js';
import { Sectioning, type Sections } from './sections.js';
import type { Sides } from './view.js';

/**
 * Both sides' rules in sections with the same keys; a renamed service port has its
 * name on the second side.
 */
export function sectionPair(sides: Sides, pairs: readonly Pair[]): readonly [Sections, Sections] {
  const [before, after] = sectionings(sides, pairs);
  return [before.run(), after.run()];
}

/** What divides each side's rules. */
function sectionings({ before, after }: Sides, pairs: readonly Pair[]): readonly [Sectioning, Sectioning] {
  const names = new Map(
    pairs.flatMap((pair) =>
      pair.before === undefined
        ? []
        : [[pair.before, { key: keyOf(pair), label: (pair.after ?? pair.before).label }] as const],
    ),
  );
  return [
    new Sectioning(before, {
      keyOf: (port) => names.get(port)?.key ?? port.key,
      labelOf: (port) => names.get(port)?.label ?? port.label,
    }),
    new Sectioning(after, { keyOf: ({ key }) => key, labelOf: ({ label }) => label }),
  ];
}
