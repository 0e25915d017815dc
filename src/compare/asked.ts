/** The packets that are worth comparing: those that both sides certainly treat alike are left out. */
import { isSame } from '../trace/touched/same.js';
import type { Touched } from '../trace/touched/touched.js';
import type { Packets } from '../walk/packets.js';
import { destinationsAnd } from '../walk/transport.js';
import { allQuestions, type ComparedSides } from './sides.js';

/** What the sides may treat differently; undefined if that cannot be bounded. */
export function touchedBetween(sides: ComparedSides): Touched | undefined {
  const { before, after } = sides;
  if (!isSame(before.facts, after.facts) || !isSame(before.boundAddresses, after.boundAddresses)) return undefined;
  return before.tracer.touchedBetween(after.tracer, allQuestions(sides));
}

/** The packets to these destinations; all if they are not bounded. */
export function askedQuestions(
  sides: ComparedSides,
  touched = touchedBetween(sides)?.destinations,
): readonly Packets[] {
  const all = allQuestions(sides);
  if (touched === undefined) return all;
  return all.flatMap((packets) => {
    const destinations = destinationsAnd(packets.destinations, touched);
    return destinations.length === 0 ? [] : [packets.with({ destinations })];
  });
}
