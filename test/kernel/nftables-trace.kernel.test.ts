/**
 * Every packet's path through nftables mode's rules in a kernel, rule by rule, is one of the paths that tracing
 * predicts.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Family } from '../../src/net/address.js';
import { Tracer } from '../../src/trace/trace.js';
import type { Packet } from '../../src/walk/packet.js';
import { probesOf, withoutSenders } from '../trace/support/probes.js';
import { hostFactsIn, stateIn } from '../trace/support/tracers.js';
import { describeUnless, missingForKernelTests } from './network.js';
import { generateScenario, isRefused } from './nftables-scenario.js';
import { runCases, TracedNodes, type Case, type Result } from './traced-cases.js';
import type { TracedNode } from './traced-node.js';
import { inBatches, loadScript, readings, sendAndCompare, spread } from './traced-packets.js';

/** Enough for more than 2,000 packets in 30 seconds. */
const mostPerCase = 40;

interface VersionedCase extends Case {
  readonly minor: number;
}

/** The scenarios of golden/ in the newest version, and those of other versions that have the mode. */
function cases(): VersionedCase[] {
  const folders = (root: string): string[] =>
    readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large'))
      .map((entry) => entry.name);
  const at = (root: string, name: string, minor: number): VersionedCase => {
    const directory = join(root, name);
    return { name, directory, facts: hostFactsIn(directory), minor };
  };
  return [
    ...folders('golden').map((name) => at('golden', name, 36)),
    ...folders('golden-by-version').flatMap((name) => {
      const minor = Number(/-1\.(\d+)$/.exec(name)?.[1]);
      return minor < 30 || name.endsWith('-nftables-1.36') ? [] : [at('golden-by-version', name, minor)];
    }),
  ];
}

async function runCase(node: TracedNode, one: VersionedCase, family: Family): Promise<Result> {
  const texts = await generateScenario(one.directory, one.minor);
  const [script, list] = [texts.get(`${family}.script`), texts.get(`${family}.list`)];
  if (script === undefined || list === undefined || isRefused(script)) return { count: 0, wrong: [] };
  const loaded = await loadScript(node, one, family, { script, list });
  const tracer = new Tracer(loaded);
  const probes = spread(withoutSenders(probesOf(await stateIn(one.directory, family), family)), mostPerCase);
  const setting = { node, family, ...loaded, foresee: (asked: Packet) => tracer.walk(asked) };
  const wrong: string[] = [];
  for (const batch of inBatches(probes, readings.nft[0].batch))
    wrong.push(...(await sendAndCompare(setting, readings.nft, batch)));
  return { count: probes.length, wrong: wrong.map((text) => `${one.name} ${family} ${text}`) };
}

describeUnless(missingForKernelTests('nft', 'stdbuf', 'sysctl'), 'tracing nftables mode against the kernel', () => {
  it('foresees every walk, rule by rule', async () => {
    const nodes = new TracedNodes('kcn');
    try {
      const { ran, count, wrong } = await runCases(nodes, cases(), runCase);
      expect(wrong).toEqual([]);
      expect(ran).toBeGreaterThanOrEqual(50);
      expect(count).toBeGreaterThanOrEqual(2000);
    } finally {
      nodes.remove();
    }
  }, 600_000);
});
