/**
 * The same packets through a kernel with iptables rules and with nftables rules for the same objects: packets with
 * different outcomes are in the report of a migration, and packets in the report had different outcomes, as far as the
 * recordings show.
 */
import { readFileSync } from 'node:fs';
import { compareProxies } from '../../src/migrate/report.js';
import { interfaceNamed } from '../../src/walk/all-packets.js';
import { itself } from '../../src/walk/packets.js';
import { allQuestions } from '../../src/compare/sides.js';
import { reached, sourceSeen } from '../../src/compare/impact.js';
import type { MigrationDifference } from '../../src/migrate/report.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import type { Flow, FlowCase } from '../trace/support/recorded-flows.js';
import { address, packet } from '../trace/support/tracers.js';
import { proxySide } from './support/proxies.js';

/** All cases take minutes; `FLOWS_EVERY=1` runs them. */
const every = Number(process.env.FLOWS_EVERY ?? 8);

const families = [
  { family: 'ipv4', before: ['iptables.json', 'iptables-extra.json'], after: 'nftables.json', least: 1000 },
  { family: 'ipv6', before: ['iptables-ipv6.json'], after: 'nftables-ipv6.json', least: 1000 },
] as const;

function casesIn(file: string): FlowCase[] {
  return JSON.parse(readFileSync(sharedPath('conformance', 'flows', file), 'utf8')) as FlowCase[];
}

/** Whether the recordings of both kernels prove different outcomes. */
function areApart(before: Flow, after: Flow, isSticky: boolean): boolean {
  const [was, is] = [before, after].map(({ outcomes }) => outcomes.length > 0);
  if (was !== is) return true;
  const masqueraded = ({ outcomes }: Flow): Map<string, boolean | null> =>
    new Map(outcomes.map(({ destination, masqueraded: yes }) => [destination, yes]));
  const [a, b] = [masqueraded(before), masqueraded(after)];
  if ([...a].some(([to, yes]) => yes !== null && typeof b.get(to) === 'boolean' && b.get(to) !== yes)) return true;
  if (isSticky) return false;
  // Of 20 or more packets, none goes to an endpoint that gets a quarter of the other side's.
  const lacks = (one: Flow, other: ReadonlyMap<string, unknown>): boolean => {
    const sum = one.outcomes.reduce((all, { count }) => all + count, 0);
    return sum >= 20 && one.outcomes.some(({ destination, count }) => count >= sum / 3 && !other.has(destination));
  };
  return lacks(before, b) || lacks(after, a);
}

/** Whether a difference shows in any recording: all packets arrive elsewhere, or with another source address. */
function isVisible({ before, after }: MigrationDifference, isSticky: boolean): boolean {
  const delivered = [before, after].map((fate) => reached(fate, undefined) > 0);
  if (delivered[0] !== delivered[1]) return true;
  if (isSticky || delivered.every((yes) => !yes)) return false;
  const seen = [sourceSeen(before), sourceSeen(after)];
  return before.endpointGap(after).lost === before.endpoints || (seen[0] !== seen[1] && !seen.includes('mixed'));
}

describeWithSharedData('recorded flows of both modes', () => {
  it.each(families)(
    '$family: what differs in kernels is what migrate reports',
    async ({ family, before: files, after: file, least }) => {
      const recorded = files.map(casesIn);
      const faults: string[] = [];
      let [count, apart, told] = [0, 0, 0];
      for (const after of casesIn(file).filter(
        (one, index) => index % every === 0 || one.case.startsWith('handmade'),
      )) {
        const before = recorded.flatMap((cases) => cases.find((one) => one.case === after.case)?.flows ?? []);
        const directory = sharedPath('conformance', 'kube-proxy-1.30', after.case);
        const [from, to] = [
          await proxySide(directory, 'iptables', { minor: 30 }),
          await proxySide(directory, 'nftables', { minor: 36 }),
        ];
        const differences = compareProxies(from, to).differences.filter((one) => one.family === family);
        const [incoming] = differences[0] === undefined ? [] : allQuestions(differences[0].sides);
        const names = incoming?.interfaces ?? [];
        const others = new Map(after.flows.map((flow) => [keyOf(flow), flow]));
        for (const flow of before) {
          const other = others.get(keyOf(flow));
          if (other === undefined) continue;
          if ([flow.dst, flow.src ?? flow.dst].some((text) => address(text).text !== text)) continue;
          count++;
          const isApart = areApart(flow, other, after.affinity);
          const holding = differences.filter((one) => holds(one, flow, names));
          if (isApart) apart++;
          if (holding.length > 0) told++;
          const name = `${after.case} ${flow.kind} ${flow.proto} ${flow.src ?? ''} → ${flow.dst}:${flow.dport}`;
          if (isApart && holding.length !== 1) faults.push(`${name}: differs, in ${holding.length} differences`);
          if (!isApart && holding.some((one) => isVisible(one, after.affinity)))
            faults.push(`${name}: ${holding[0]?.kind.id ?? ''}`);
        }
      }
      expect({ faults: faults.slice(0, 20), count: faults.length }).toEqual({ faults: [], count: 0 });
      expect(count).toBeGreaterThan(least);
      expect(apart).toBeGreaterThan(100);
      expect(told).toBeGreaterThanOrEqual(apart);
    },
    300_000,
  );
});

/** One packet; for packets of the node itself, the source is not always recorded. */
function keyOf({ kind, src, inInterface, dst, proto, dport }: Flow): string {
  return [kind, kind === 'local' ? '' : src, inInterface, dst, proto, dport].join(' ');
}

function holds({ packets, sides }: MigrationDifference, flow: Flow, names: readonly string[]): boolean {
  const protocol = flow.proto === 'icmpv6' ? 'icmp' : flow.proto;
  const made = packet(
    {
      protocol,
      to: flow.dst,
      port: flow.dport,
      from: flow.inInterface === null ? undefined : (flow.src ?? undefined),
      inInterface: flow.inInterface ?? undefined,
    },
    sides.before.host,
  );
  const name = made.inInterface === undefined ? itself : interfaceNamed(made.inInterface, names);
  return packets.some((set) => set.holds(made, name));
}
