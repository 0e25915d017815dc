/** Converts the groups of a walk to regions: disjoint sets of packets with the same outcomes. */
import { addressSets, type AddressSet } from './address-set.js';
import { eachMeeting } from './sweep.js';
import type { Group, PartedGroups } from './types.js';
import type { Packets } from './packets.js';
import type { WalkEnd } from './types.js';

/** Ends of several walks; regions share the parts that they have in common. */
export type Ends = WalkEnd | readonly [Ends, Ends];

/** Packets that all have the same possible ways, with the same probabilities. Regions of one walk are disjoint. */
export interface Region {
  readonly packets: Packets;
  readonly ends: Ends;
}

/** The number of ends; `counts` caches shared parts. */
export function countEnds(ends: Ends, counts: Map<Ends, number>): number {
  if (isEnd(ends)) return 1;
  const known = counts.get(ends);
  if (known !== undefined) return known;
  const count = countEnds(ends[0], counts) + countEnds(ends[1], counts);
  counts.set(ends, count);
  return count;
}

/** The ends of a region in order. */
export function endsOf(ends: Ends): WalkEnd[] {
  return endsUpTo(ends, Infinity) ?? [];
}

/** The same; undefined if there are more than so many. */
export function endsUpTo(ends: Ends, most: number): WalkEnd[] | undefined {
  const list: WalkEnd[] = [];
  const waiting: Ends[] = [ends];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isEnd(next)) list.push(next);
    else waiting.push(next[1], next[0]);
    if (list.length + waiting.length > most) return undefined;
  }
  return list;
}

/** The first of the ends. */
export function firstEnd(ends: Ends): WalkEnd {
  let first = ends;
  while (!isEnd(first)) first = first[0];
  return first;
}

/** Whether it is one end. */
export function isEnd(ends: Ends): ends is WalkEnd {
  return !Array.isArray(ends);
}

/**
 * The regions of a group after all its ways have ended. Each member covers all packets of the group, so splits by
 * several members are combined.
 */
export function regionsOfGroup(group: Group): readonly Region[] {
  return commonRefinement(group, 0, group.members.length);
}

/** Recursively by halves: regions then share most of their ends. */
function commonRefinement(group: Group, from: number, to: number): readonly Region[] {
  if (to - from > 1) {
    const middle = (from + to) >> 1;
    return refine(commonRefinement(group, from, middle), commonRefinement(group, middle, to));
  }
  const member = group.members[from];
  if (member === undefined) return [];
  return 'groups' in member ? regionsOf(member) : [{ packets: group.packets, ends: member }];
}

function regionsOf({ groups }: PartedGroups): readonly Region[] {
  const [only] = groups;
  return only !== undefined && groups.length === 1 ? regionsOfGroup(only) : groups.flatMap(regionsOfGroup);
}

function sourcesOf({ packets }: Region): AddressSet {
  return packets.sources;
}

function refine(first: readonly Region[], second: readonly Region[]): Region[] {
  // Sources that each list singles out differ, as endpoints do, so there are about as many parts.
  const refined = new Array<Region>(first.length + second.length - 1);
  let count = 0;
  eachMeeting(first, second, sourcesOf, addressSets, (one, other) => {
    const packets = one.packets.and(other.packets);
    if (packets !== undefined) refined[count++] = { packets, ends: [one.ends, other.ends] };
  });
  refined.length = count;
  return refined;
}
