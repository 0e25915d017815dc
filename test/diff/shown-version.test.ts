/** Recognises the version of kube-proxy from the rules of known versions. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatVersion, parseVersion, type KubernetesVersion } from '../../src/cluster/version.js';
import { shownVersions, versionsWords } from '../../src/diff/shown-version.js';
import { readNode } from '../../src/node/read-node.js';
import { modeNamed } from '../../src/pipeline/modes.js';
import { scenarioNode } from '../compare/support/pairs.js';
import { run } from '../support/run.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

async function shownBy(inputs: string, file: string, mode = 'nftables'): Promise<readonly KubernetesVersion[]> {
  const text = readFileSync(file, 'utf8');
  const { node } = await readNode([{ name: file, text }]);
  const own = await scenarioNode(inputs, mode, { minor: 36 });
  const known = modeNamed(mode);
  if (own?.completed === undefined || known === undefined) throw new Error('refused');
  return shownVersions(own.completed, node, known);
}

describe('the version that a dump shows', () => {
  const recorded = readdirSync('golden-by-version').filter((name) =>
    existsSync(join('golden-by-version', name, 'nftables.ipv4.list')),
  );

  it.each(recorded)('%s: its own is among them', async (name) => {
    const directory = join('golden-by-version', name);
    const version = /1\.\d+$/.exec(name)?.[0] ?? '';
    expect((await shownBy(directory, join(directory, 'nftables.ipv4.list'))).map(formatVersion)).toContain(version);
  });

  it.each(['affinity', 'clusterip-3', 'nodeport', 'lb-ranges-ipmode'])('golden/%s: 1.30', async (name) => {
    const directory = join('golden', name);
    const shown = await shownBy(directory, join(directory, 'iptables.ipv4.save'), 'iptables');
    expect(shown).toContainEqual(parseVersion('1.30'));
  });

  it('is in words as a range', () => {
    expect(versionsWords([{ minor: 27 }, { minor: 28 }, { minor: 30 }])).toBe('1.27 to 1.30');
    expect(versionsWords([{ minor: 33 }])).toBe('1.33');
  });

  it('is what drift compares with, unless somebody says another', async () => {
    const directory = 'golden/affinity';
    const words = ['diff', '--config', `${directory}/kube-proxy.yaml`, '--host', `${directory}/host.json`];
    const sides = [`${directory}/objects.json`, `${directory}/iptables.ipv4.save`];
    const shown = await run([...words, '--no-settings', ...sides]);
    expect([shown.status, shown.out]).toEqual([0, expect.stringContaining('are those of kube-proxy 1.27 to 1.30')]);
    const asked = await run([...words, '--no-settings', '--kube-version', '1.36', ...sides]);
    expect(asked.out).not.toContain('are those of kube-proxy');
  });
});

describeWithSharedData('manifests and what every kube-proxy made of them, version unsaid', () => {
  const root = sharedPath('conformance', 'kube-proxy-1.30');
  const cases = ['handmade', 'random'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => `${group}/${name}`),
  );

  it.each(cases.filter((_, index) => index % 20 === 0))('%s: alike', async (name) => {
    const own = join(root, name);
    const common = ['--no-settings', '--config', `${own}/kube-proxy.yaml`, '--host', `${own}/host.json`];
    const differing: string[] = [];
    for (const [mode, dump, family] of dumpsOf(own, name)) {
      const sides = [`${own}/objects.json`, dump];
      const { status, out, err } = await run(['diff', ...common, '--mode', mode, '--ip-family', family, ...sides]);
      if (status !== 0) differing.push(`${dump}: ${out}${err}`);
    }
    expect(differing).toEqual([]);
  });

  /** Dumps of all modes, versions and families of a case. */
  function dumpsOf(own: string, name: string): (readonly [string, string, string])[] {
    const expected = join(own, 'expected');
    const lists = ['1.31', '1.33', '1.35', '1.36'].map((version) =>
      sharedPath('conformance', 'kube-proxy-versions', version, name, 'expected'),
    );
    return ['ipv4', 'ipv6'].flatMap((family) =>
      [
        ['iptables', `${expected}/iptables.${family}.save`, family] as const,
        [
          'ipvs',
          ['save', 'ipset', 'ipvsadm'].map((one) => `${expected}/ipvs.${family}.${one}`).join(),
          family,
        ] as const,
        ...lists.map((folder) => ['nftables', `${folder}/nftables.${family}.list`, family] as const),
      ].filter(([, dump]) => dump.split(',').every((file) => existsSync(file))),
    );
  }
});
