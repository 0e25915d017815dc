import type { Finding } from '../diagnostics/finding.js';
import { looksLikeDump, type ParsedDump } from '../iptables/dump.js';
import { parseDump } from '../iptables/parse.js';
import type { RuleSet } from '../iptables/types.js';
import { looksLikeIpset, parseIpset } from '../ipvs/parse-ipset.js';
import { looksLikeIpvsadm, parseIpvsadm } from '../ipvs/parse-ipvsadm.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import type { SourceText } from '../manifests/types.js';
import { familyOf, type Family } from '../net/address.js';
import { readHints } from './dump-hints.js';
import { rulesOfDump, type Side } from './side.js';

/** What a node's dumps hold. */
export interface DumpRead {
  readonly side: Side;
  readonly findings: readonly Finding[];
}

const ipsetLine = /^(?:create|add) \S/;
const ipvsadmLine =
  /^(?:-A +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) |-a +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) )/;

/**
 * Whether a text is a node's dump: of iptables-save, `ipset save` or `ipvsadm -S -n`, or several of them one after the
 * other.
 */
export function isDumpText(text: string): boolean {
  return looksLikeDump(text) || looksLikeIpset(text) || looksLikeIpvsadm(text);
}

/**
 * Reads all dumps of one node as one side. Several kinds may stand in one text, as `(iptables-save; ipset save; ipvsadm
 * -S -n)` prints them.
 */
export function readDumpSide(name: string, texts: readonly SourceText[]): DumpRead {
  const parts = texts.map(separateDumps);
  const tables = parts.flatMap(({ iptables }) => (iptables === undefined ? [] : [parseDump(iptables)]));
  const sets = parts.flatMap(({ ipset }) => (ipset === undefined ? [] : [parseIpset(ipset)]));
  const servers = parts.flatMap(({ ipvsadm }) => (ipvsadm === undefined ? [] : [parseIpvsadm(ipvsadm)]));
  const dumps = tables.flatMap((one) => one.dumps);
  const { ruleSets, repeated } = byFamily(dumps);
  const allServers = servers.flatMap((one) => one.virtualServers);
  const allSets = sets.flatMap((one) => one.sets);
  for (const family of new Set(allServers.flatMap((server) => familyOfServer(server) ?? []))) {
    if (!ruleSets.has(family)) ruleSets.set(family, { family, tables: [] });
  }
  return {
    side: {
      name,
      kind: 'dump',
      ...readHints(texts, dumps, repeated),
      families: [...ruleSets.values()].map((ruleSet) =>
        rulesOfDump(
          ruleSet,
          allSets.filter((set) => familyOfSet(set) === ruleSet.family),
          allServers.filter((server) => familyOfServer(server) === ruleSet.family),
        ),
      ),
    },
    findings: [...tables, ...sets, ...servers].flatMap((one) => one.findings),
  };
}

/** What one text holds of each kind. */
export interface SeparatedDumps {
  readonly iptables?: SourceText;
  readonly ipset?: SourceText;
  readonly ipvsadm?: SourceText;
}

/** Takes a text of several kinds of dumps apart. Lines keep their numbers: those of the other kinds become empty. */
export function separateDumps(source: SourceText): SeparatedDumps {
  const hasSets = /^create \S+ (?:bitmap|hash|list):/m.test(source.text);
  const hasServers = /^-A +(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) /m.test(source.text);
  if (!hasSets && !hasServers) return { iptables: source };
  const lines = source.text.split('\n');
  const only = (keep: (line: string) => boolean): SourceText => ({
    ...source,
    text: lines.map((line) => (keep(line) ? line : '')).join('\n'),
  });
  return {
    ...(looksLikeDump(source.text)
      ? { iptables: only((line) => !ipsetLine.test(line) && !ipvsadmLine.test(line)) }
      : {}),
    ...(hasSets ? { ipset: only((line) => ipsetLine.test(line)) } : {}),
    ...(hasServers ? { ipvsadm: only((line) => ipvsadmLine.test(line)) } : {}),
  };
}

/**
 * One rule set for each family. A table that comes twice counts once: where one of them holds kube-proxy's chains, that
 * one.
 */
function byFamily(dumps: readonly ParsedDump[]): { ruleSets: Map<Family, RuleSet>; repeated: Family[] } {
  const ruleSets = new Map<Family, RuleSet>();
  const repeated = new Set<Family>();
  for (const { ruleSet } of dumps) {
    const known = ruleSets.get(ruleSet.family)?.tables ?? [];
    const tables = [...known];
    for (const table of ruleSet.tables) {
      const index = tables.findIndex(({ name }) => name === table.name);
      if (index < 0) tables.push(table);
      else {
        const [own, other] = [tables[index], table].map(
          (one) => one?.chains.some(({ name }) => name === 'KUBE-SERVICES') === true,
        );
        if (own === true && other === true) repeated.add(ruleSet.family);
        if (own !== true && other === true) tables[index] = table;
      }
    }
    ruleSets.set(ruleSet.family, { family: ruleSet.family, tables });
  }
  return { ruleSets, repeated: [...repeated] };
}

function familyOfServer({ service }: VirtualServer): Family | undefined {
  return service.kind === 'firewallMark' ? service.family : familyOf(service.address);
}

function familyOfSet({ name }: IpSet): Family {
  return name.startsWith('KUBE-6-') ? 'ipv6' : 'ipv4';
}
