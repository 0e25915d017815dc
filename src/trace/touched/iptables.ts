/** The rules of iptables as the search for differences reads them. */
import { lostItsPort } from '../../iptables/dump/lost-ports.js';
import type { Rule, RuleSet } from '../../iptables/types.js';
import type { IpSet } from '../../ipvs/types.js';
import { readNatRange } from '../../walk/nat.js';
import type { NewDestination } from '../../walk/may-meet.js';
import type { Reader } from './marks.js';
import { isSame } from './same.js';

/** `sets`: the names of ipsets that differ. */
export function rulesReader(sets: ReadonlySet<string>): Reader<Rule> {
  return {
    // Rules of dumps are read on demand, so their fields are asked for by name.
    fields: ['target', 'matches'],
    eachTarget: ({ target }, visit) => {
      if (target?.kind === 'jump' || target?.kind === 'goto') visit(target.chain, target.kind === 'goto');
    },
    dependsOnPlace: (rule) => lostItsPort(rule) || rule.matches.some(({ kind }) => kind === 'recent'),
    refersTo:
      sets.size === 0
        ? undefined
        : ({ matches }) => (matches.some((match) => match.kind === 'set' && sets.has(match.name)) ? 'asks' : undefined),
  };
}

/** The names of sets that are not the same on both sides. */
export function differingSets(before: readonly IpSet[], after: readonly IpSet[]): ReadonlySet<string> {
  const [own, other] = [before, after].map((sets) => new Map(sets.map((set) => [set.name, set])));
  const names = new Set([...before, ...after].map(({ name }) => name));
  return new Set([...names].filter((name) => !isSame(own?.get(name), other?.get(name))));
}

/** Where rules send packets; undefined if that cannot be read from them. */
export function destinationsOfRules({ family, tables }: RuleSet): ReadonlyMap<string, NewDestination> | undefined {
  const found = new Map<string, NewDestination>();
  for (const { rules } of tables)
    for (const { target } of rules) {
      if (target?.kind === 'redirect' || target?.kind === 'netmap' || target?.kind === 'other') return undefined;
      if (target?.kind === 'module' && target.name === 'TPROXY') return undefined;
      if (target?.kind !== 'destinationNat' || found.has(target.to)) continue;
      const range = readNatRange(target.to, family);
      if (range?.from === undefined || range.from.text !== range.to?.text) return undefined;
      if (range.ports !== undefined && range.ports.from !== range.ports.to) return undefined;
      found.set(target.to, { address: range.from, port: range.ports?.from });
    }
  return found;
}
