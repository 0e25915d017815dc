/** Comparisons in nftables mode and between modes, compared with packets. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { completedForDrift } from '../../src/diff/for-drift.js';
import { ofService, worstOf } from '../../src/diff/narrow.js';
import { printJson } from '../../src/diff/print-json.js';
import { compareSides } from '../../src/diff/report.js';
import type { DiffEntry } from '../../src/diff/types.js';
import { parseVersion } from '../../src/cluster/version.js';
import type { NodeModel } from '../../src/node/types.js';
import { nodeFromManifests } from '../../src/node/from-manifests.js';
import { readNode } from '../../src/node/read-node.js';
import { modeNamed } from '../../src/pipeline/modes.js';
import { scenarioNode } from '../compare/support/pairs.js';

const recorded = readdirSync('golden-by-version', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, version: parseVersion(/1\.\d+$/.exec(name)?.[0] ?? '') }))
  .filter(({ name }) => existsSync(join('golden-by-version', name, 'nftables.ipv4.list')));

async function dumpIn(directory: string): Promise<NodeModel> {
  const texts = ['nftables.ipv4.list', 'nftables.ipv6.list']
    .filter((file) => existsSync(join(directory, file)))
    .map((file) => ({ name: file, text: readFileSync(join(directory, file), 'utf8') }));
  return (await readNode(texts)).node;
}

describe('manifests and what kube-proxy made of them in nftables mode', () => {
  it.each(recorded)('$name: alike', async ({ name, version }) => {
    const directory = join('golden-by-version', name);
    const dump = await dumpIn(directory);
    const own = await scenarioNode(directory, 'nftables', version ?? { minor: 36 });
    const mode = modeNamed('nftables');
    if (own?.completed === undefined || mode === undefined) throw new Error('refused');
    const { completed } = await completedForDrift(own.completed, { dump, mode, isVersionGiven: true });
    const families = dump.families.map(({ family }) => family);
    const report = compareSides(await nodeFromManifests(completed, mode, { families }), dump);
    expect([report.nodeDifferences, report.services, [...report.traffic()]]).toEqual([[], [], []]);
    expect([compareSides(dump, dump).differs, report.worst]).toEqual([false, undefined]);
  });

  it('has scenarios at all', () => {
    expect(recorded.length).toBeGreaterThan(8);
  });
});

describe('a change in nftables mode', () => {
  const directory = 'golden/nodeport';
  const objects = readFileSync(join(directory, 'objects.json'), 'utf8');

  async function report(
    change: (text: string) => string,
    modes = ['nftables', 'nftables'],
  ): Promise<ReturnType<typeof compareSides>> {
    const [before, after] = [
      await scenarioNode(directory, modes[0] ?? '', { minor: 36 }),
      await scenarioNode(directory, modes[1] ?? '', { minor: 36 }, change(objects)),
    ];
    if (before === undefined || after === undefined) throw new Error('refused');
    return compareSides(before, after);
  }

  it('is told per Service, with its packets and rules', async () => {
    const moved = await report((text) => text.replaceAll('30080', '30099'));
    expect(moved.services.map(({ name, severity }) => [name, severity])).toEqual([['default/web:http', 'stops']]);
    expect(moved.nodeRules.length).toBe(1);
    const entries = [...moved.traffic()];
    expect(new Set(entries.map(({ severity }) => severity))).toEqual(new Set(['stops', 'starts']));
    expect(entries.every(({ packets }) => /^(?:30080|30099)$/.test(packets.destinationPort.join()))).toBe(true);
    expect(worstOf(moved)).toBe('stops');
    expect(worstOf(ofService(moved, 'default/other'))).toBe(undefined);
  });

  it('and between modes', async () => {
    const mixed = await report((text) => text, ['iptables', 'nftables']);
    const kinds = new Set([...mixed.traffic()].map(({ sentence }) => sentence.split(':')[0]));
    expect(kinds).toContain('Pings of the cluster IP');
    expect(mixed.differs).toBe(true);
  });

  it('is printed as JSON with every difference', async () => {
    const moved = await report((text) => text.replaceAll('30080', '30099'));
    const json = JSON.parse([...printJson(moved)].join('')) as { alike: boolean; differences: DiffEntry[] };
    expect(json.alike).toBe(false);
    expect(json.differences).toEqual(JSON.parse(JSON.stringify([...moved.traffic()])));
  });
});
