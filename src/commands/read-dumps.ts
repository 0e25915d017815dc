import { quote } from '../diagnostics/quote.js';
import { separateDumps } from '../diff/dump-texts.js';
import type { DumpedRules } from '../explain/rules/node-of-dump.js';
import { looksLikeDump, type ParsedDump } from '../iptables/dump.js';
import { parseDump } from '../iptables/parse.js';
import type { RuleSet } from '../iptables/types.js';
import { looksLikeIpset, parseIpset } from '../ipvs/parse-ipset.js';
import { looksLikeIpvsadm, parseIpvsadm } from '../ipvs/parse-ipvsadm.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import type { SourceText } from '../manifests/types.js';
import type { Family } from '../net/address.js';
import type { Io } from './command.js';
import { tellFindings } from './tell.js';

/** Inputs by what they hold. */
export interface SortedInputs {
  readonly dumps: SourceText[];
  readonly ipsets: SourceText[];
  readonly ipvsadms: SourceText[];
  readonly manifests: SourceText[];
}

/** Tells dumps from manifests by their content; texts of several kinds of dumps are taken apart. */
export function sortInputs(texts: readonly SourceText[]): SortedInputs {
  const sorted: SortedInputs = { dumps: [], ipsets: [], ipvsadms: [], manifests: [] };
  for (const source of texts) {
    if (looksLikeDump(source.text)) {
      const { iptables, ipset, ipvsadm } = separateDumps(source);
      if (iptables !== undefined) sorted.dumps.push(iptables);
      if (ipset !== undefined) sorted.ipsets.push(ipset);
      if (ipvsadm !== undefined) sorted.ipvsadms.push(ipvsadm);
    } else if (looksLikeIpset(source.text)) sorted.ipsets.push(source);
    else if (looksLikeIpvsadm(source.text)) sorted.ipvsadms.push(source);
    else sorted.manifests.push(source);
  }
  return sorted;
}

/** What the dumps among the inputs hold. */
export interface ReadDumps extends DumpedRules {
  readonly dumps: readonly ParsedDump[];
  /** Programs whose output an IPVS node's rules need, and which is not there. */
  readonly missing: readonly string[];
}

/** Reads dumps; what is odd in them is told. */
export function readDumps({ dumps, ipsets, ipvsadms }: Omit<SortedInputs, 'manifests'>, io: Io): ReadDumps {
  const parsed = dumps.map((source) => parseDump(source));
  const parsedSets = ipsets.map((source) => parseIpset(source));
  const parsedServers = ipvsadms.map((source) => parseIpvsadm(source));
  tellFindings(
    [...parsed, ...parsedSets, ...parsedServers].flatMap(({ findings }) => findings),
    io,
    '',
  );
  const all = parsed.flatMap((one) => one.dumps);
  return {
    dumps: all,
    ruleSets: all.map(({ ruleSet }) => ruleSet),
    sets: parsedSets.flatMap((one) => one.sets),
    virtualServers: parsedServers.flatMap((one) => one.virtualServers),
    missing: [...(ipsets.length === 0 ? ['ipset save'] : []), ...(ipvsadms.length === 0 ? ['ipvsadm -S -n'] : [])],
  };
}

/** Whether rules are of IPVS mode, which look sets up and leave balancing to virtual servers. */
export function looksUpSets(dumps: readonly ParsedDump[]): boolean {
  return dumps.some(({ ruleSet }) =>
    ruleSet.tables.some((table) => table.name === 'nat' && table.chains.some(({ name }) => name === 'KUBE-NODE-PORT')),
  );
}

/** One dump for each family: tables of a second one are taken only where the first has none of that name. */
export function byFamily(dumps: readonly ParsedDump[], io: Io): Map<Family, RuleSet> {
  const ruleSets = new Map<Family, RuleSet>();
  const told = new Set<string>();
  for (const { ruleSet, source } of dumps) {
    const before = ruleSets.get(ruleSet.family);
    const known = new Set(before?.tables.map(({ name }) => name));
    const again = ruleSet.tables.filter(({ name }) => known.has(name));
    const key = `${source.name} ${ruleSet.family} ${again.map(({ name }) => name).join()}`;
    if (again.length > 0 && !told.has(key)) {
      told.add(key);
      io.err(
        `Note: ${quote(source.name)} holds the ${ruleSet.family} table ${again.map(({ name }) => name).join(', ')} once more; the first one counts. ` +
          'A node with both iptables-nft and iptables-legacy rules obeys both.\n',
      );
    }
    const tables = [...(before?.tables ?? []), ...ruleSet.tables.filter(({ name }) => !known.has(name))];
    ruleSets.set(ruleSet.family, { family: ruleSet.family, tables });
  }
  return ruleSets;
}

/**
 * kube-proxy puts the address of every virtual server that is not the node's own on kube-ipvs0, and lists those in a
 * set.
 */
export function boundBy(virtualServers: readonly VirtualServer[], sets: readonly IpSet[]): string[] {
  const bound = new Set<string>();
  for (const { service } of virtualServers) if (service.kind === 'address') bound.add(service.address);
  for (const { name, elements } of sets)
    if (/^KUBE-(?:6-)?IPVS-IPS$/.test(name)) for (const { element } of elements) bound.add(element);
  return [...bound];
}
