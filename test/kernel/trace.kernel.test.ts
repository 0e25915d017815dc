/** Every packet's way through a kernel, rule by rule, is among the ways that tracing foresees. */
import type { Family } from '../../src/net/address.js';
import type { Packet } from '../../src/walk/packet.js';
import { Tracer } from '../../src/trace/trace.js';
import { hasSharedData } from '../support/shared.js';
import { probesOf } from '../trace/support/probes.js';
import { stateIn } from '../trace/support/tracers.js';
import { describeUnless, missingForKernelTests } from './network.js';
import { TracedNode } from './traced-node.js';
import { allCases, inBatches, loadCase, readings, sendAndCompare, spread, type Case } from './traced-packets.js';
import type { MonitorProgram } from './walk-monitor.js';

/** Scenarios that are read with xtables-monitor, which is slow. */
const withXtablesMonitor: readonly string[] = ['nodeport', 'affinity', 'etp-local-with-local', 'no-endpoints'];

/** At most so many packets for a case. Without the recorded cases, the bundled ones get more. */
const mostPerCase = hasSharedData ? 72 : 96;

interface Result {
  readonly count: number;
  readonly wrong: readonly string[];
}

async function runCase(node: TracedNode, one: Case, family: Family, program: MonitorProgram): Promise<Result> {
  const loaded = await loadCase(node, one, family, program);
  if (loaded === undefined) return { count: 0, wrong: [] };
  const tracer = new Tracer(loaded);
  const probes = spread(probesOf(await stateIn(one.directory, family), family), mostPerCase);
  const setting = { node, family, ...loaded, foresee: (asked: Packet) => tracer.walk(asked) };
  const wrong: string[] = [];
  for (const batch of inBatches(probes, readings[program][0].batch))
    wrong.push(...(await sendAndCompare(setting, readings[program], batch)));
  return { count: probes.length, wrong: wrong.map((text) => `${one.name} ${family} ${text}`) };
}

describeUnless(
  missingForKernelTests('iptables-nft-restore', 'ip6tables-nft-restore', 'xtables-monitor', 'nft', 'stdbuf', 'sysctl'),
  'tracing against the kernel',
  () => {
    it('foresees every walk, rule by rule', async () => {
      const wrong: string[] = [];
      const nodes = new Map<string, TracedNode>();
      let cases = 0;
      let count = 0;
      try {
        for (const one of allCases()) {
          const key = JSON.stringify(one.facts.interfaces);
          const node = nodes.get(key) ?? new TracedNode(`kct${process.pid}x${nodes.size}`, one.facts);
          nodes.set(key, node);
          cases++;
          if (cases % 10 === 0) process.stderr.write(`tracing against the kernel: ${count} packets so far\n`);
          for (const family of ['ipv4', 'ipv6'] as const) {
            const result = await runCase(
              node,
              one,
              family,
              family === 'ipv4' && withXtablesMonitor.includes(one.name) ? 'xtables-monitor' : 'nft',
            );
            count += result.count;
            wrong.push(...result.wrong);
          }
        }
      } finally {
        for (const node of nodes.values()) node.remove();
      }
      expect(wrong).toEqual([]);
      expect(cases).toBeGreaterThanOrEqual(hasSharedData ? 50 : 40);
      expect(count).toBeGreaterThanOrEqual(2000);
      process.stderr.write(`${count} packets over ${cases} cases\n`);
    }, 600_000);
  },
);
