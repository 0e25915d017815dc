/** Every packet's path through a kernel, rule by rule, is one of the paths that tracing predicts. */
import type { Family } from '../../src/net/address.js';
import type { Packet } from '../../src/walk/packet.js';
import { Tracer } from '../../src/trace/trace.js';
import { describeWithSharedData } from '../support/shared.js';
import { probesOf } from '../trace/support/probes.js';
import { stateIn } from '../trace/support/tracers.js';
import { describeUnless, missingForKernelTests } from './network.js';
import { goldenCases, recordedCases, runCases, TracedNodes, type Case, type Result } from './traced-cases.js';
import type { TracedNode } from './traced-node.js';
import { inBatches, loadCase, readings, sendAndCompare, spread } from './traced-packets.js';
import type { MonitorProgram } from './walk-monitor.js';

/** Scenarios that are read with xtables-monitor, which is slow. */
const withXtablesMonitor: readonly string[] = ['nodeport', 'affinity', 'etp-local-with-local', 'no-endpoints'];

async function runCase(
  node: TracedNode,
  one: Case,
  family: Family,
  program: MonitorProgram,
  mostPackets: number,
): Promise<Result> {
  const loaded = await loadCase(node, one, family, program);
  if (loaded === undefined) return { count: 0, wrong: [] };
  const tracer = new Tracer(loaded);
  const probes = spread(probesOf(await stateIn(one.directory, family), family), mostPackets);
  const setting = { node, family, ...loaded, foresee: (asked: Packet) => tracer.walk(asked) };
  const wrong: string[] = [];
  for (const batch of inBatches(probes, readings[program][0].batch))
    wrong.push(...(await sendAndCompare(setting, readings[program], batch)));
  return { count: probes.length, wrong: wrong.map((text) => `${one.name} ${family} ${text}`) };
}

describeUnless(
  missingForKernelTests('iptables-nft-restore', 'ip6tables-nft-restore', 'xtables-monitor', 'nft', 'stdbuf', 'sysctl'),
  'tracing against the kernel foresees every walk, rule by rule',
  () => {
    const nodes = new TracedNodes('kct');
    afterAll(() => {
      nodes.remove();
    });

    it('of the golden scenarios', async () => {
      const { ran, count, wrong } = await runCases(nodes, goldenCases(), (node, one, family) => {
        const isSlow = family === 'ipv4' && withXtablesMonitor.includes(one.name);
        return runCase(node, one, family, isSlow ? 'xtables-monitor' : 'nft', 96);
      });
      expect(wrong).toEqual([]);
      expect(ran).toBeGreaterThanOrEqual(40);
      expect(count).toBeGreaterThanOrEqual(2000);
    }, 600_000);

    describeWithSharedData('of scenarios', () => {
      it('that are recorded', async () => {
        const { ran, count, wrong } = await runCases(nodes, recordedCases(29), (node, one, family) =>
          runCase(node, one, family, 'nft', 72),
        );
        expect(wrong).toEqual([]);
        expect(ran).toBeGreaterThanOrEqual(10);
        expect(count).toBeGreaterThanOrEqual(800);
      }, 600_000);
    });
  },
);
