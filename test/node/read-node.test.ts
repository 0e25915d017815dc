import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifests } from '../../src/manifests/read.js';
import type { SourceText } from '../../src/manifests/types.js';
import { familyOfNode, lackingCommands, likelyFamilyOfNode, modeOfNode } from '../../src/node/ask.js';
import { nodeFromManifests } from '../../src/node/from-manifests.js';
import { readNode } from '../../src/node/read-node.js';
import type { ProxyMode } from '../../src/node/mode.js';
import { sortTexts } from '../../src/node/sort-texts.js';
import type { NodeModel } from '../../src/node/types.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { modes } from '../../src/pipeline/modes.js';

/**
 * The recorded output of kube-proxy and its kernels for golden scenarios, by mode: a text for each program and family.
 */
const recordings = recordingsIn('golden', Object.values(modes));
/** The same for modes that the first folder does not have. */
const byVersion = recordingsIn(
  'golden-by-version',
  Object.values(modes).filter((mode) => !recordings.some((one) => one.mode === mode)),
);

interface Recording {
  readonly name: string;
  readonly mode: ProxyMode;
  readonly texts: readonly (SourceText & { readonly format: string })[];
}

function recordingsIn(directory: string, chosen: readonly ProxyMode[]): Recording[] {
  return chosen.flatMap((mode) =>
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large'))
      .map(({ name }) => ({ name, mode, texts: textsOf(join(directory, name), mode.name) }))
      .filter(({ texts }) => texts.length > 0),
  );
}

function textsOf(scenario: string, mode: string): (SourceText & { readonly format: string })[] {
  return (modes[mode]?.dumps ?? []).flatMap(({ format }) =>
    ['ipv4', 'ipv6'].flatMap((family) => {
      const file = join(scenario, `${mode}.${family}.${format}`);
      return existsSync(file) ? [{ format, name: file, text: readFileSync(file, 'utf8') }] : [];
    }),
  );
}

const save = (rules: string): SourceText => ({ name: 'node.save', text: rules });
const read = async (...texts: readonly SourceText[]): Promise<NodeModel> => (await readNode(texts)).node;

describe('dumps', () => {
  it('are there, of every mode and program', () => {
    const found = [...recordings, ...byVersion].flatMap(({ mode, texts }) =>
      texts.map(({ format }) => `${mode.name} ${format}`),
    );
    expect([...new Set(found)].sort()).toEqual(
      Object.values(modes)
        .flatMap(({ name, dumps }) => dumps.map(({ format }) => `${name} ${format}`))
        .sort(),
    );
  });

  it('are known by their content, each as the output of one program', () => {
    const wrong = [...recordings, ...byVersion].flatMap(({ texts }) =>
      texts
        .filter(({ text }) => /\S/.test(text))
        .flatMap((text) => {
          const formats = sortTexts([text]).dumps.map(({ format }) => format.format);
          return formats.length === 1 && formats[0] === text.format ? [] : [`${text.name}: ${formats.join(', ')}`];
        }),
    );
    expect(wrong).toEqual([]);
  });

  it('say in one text what they say in several', async () => {
    for (const { texts } of recordings) {
      const together = (list: readonly SourceText[]): SourceText => ({
        name: 'all',
        text: list.map(({ text }) => text).join(''),
      });
      const families = (node: NodeModel): unknown =>
        JSON.stringify(node.families, (key, value: unknown) => (['line', 'start', 'end'].includes(key) ? 0 : value));
      const apart = families(await read(...texts));
      expect(families(await read(together(texts)))).toBe(apart);
    }
  });

  it('show the mode that kube-proxy ran in, as far as they have rules of it', async () => {
    for (const { mode, texts } of [...recordings, ...byVersion])
      expect(modeOfNode(await read(...texts))).toBe(mode.name);
  });

  it('hold nothing that is not understood', async () => {
    for (const { texts } of [...recordings, ...byVersion]) expect((await readNode(texts)).findings).toEqual([]);
  });
});

describe('a node from manifests', () => {
  it('has what the dumps of that node have, in every scenario, mode and family', async () => {
    for (const { name, mode, texts } of recordings) {
      const source = (file: string): SourceText => ({
        name: file,
        text: readFileSync(join('golden', name, file), 'utf8'),
      });
      const { completed } = await completeCluster(parseManifests([source('objects.json')]), {
        kubeVersion: { minor: 30 },
        configuration: parseManifests([source('kube-proxy.yaml')]),
        host: JSON.parse(source('host.json').text) as never,
      });
      if (completed === undefined) throw new Error(`${name} was refused`);
      const lowered = await nodeFromManifests(completed, mode);
      const dumped = await read(...texts);
      for (const family of lowered.families) {
        const own = familyOfNode(dumped, family.family);
        expect(own?.mode).toBe(family.mode);
        expect(own?.sets.map((set) => set.name).sort()).toEqual(family.sets.map((set) => set.name).sort());
        expect(own?.virtualServers.length).toBe(family.virtualServers.length);
        expect(own?.ruleSet.tables.map((table) => [table.name, table.rules.length]).sort()).toEqual(
          family.ruleSet.tables.map((table) => [table.name, table.rules.length]).sort(),
        );
      }
    }
  });
});

describe('tables that come twice', () => {
  const nat = (rules: string): string => `*nat\n:PREROUTING ACCEPT [0:0]\n${rules}COMMIT\n`;
  const services = ':KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n';
  const foreign = '-A PREROUTING -d 192.0.2.1/32 -j ACCEPT\n';

  it("count once: the one with kube-proxy's chains, wherever it stands", async () => {
    for (const [first, second, taken] of [
      [foreign, services, ['nat']],
      [services, foreign, []],
    ] as const) {
      const node = await read(save(nat(first) + nat(second)));
      expect(familyOfNode(node, 'ipv4')?.ruleSet.tables.map(({ rules }) => rules[0]?.target)).toEqual([
        { kind: 'jump', chain: 'KUBE-SERVICES' },
      ]);
      expect(node.dump?.repeated).toEqual([
        { family: 'ipv4', text: 'node.save', tables: ['nat'], taken, areBothKubeProxys: false },
      ]);
    }
  });

  it("count once: the first, where both or none are kube-proxy's", async () => {
    const both = await read(save(nat(services) + nat(`${services}${foreign}`)));
    expect(familyOfNode(both, 'ipv4')?.ruleSet.tables[0]?.rules.length).toBe(1);
    expect(both.dump?.repeated[0]?.areBothKubeProxys).toBe(true);
    const none = await read(save(nat(foreign) + nat(foreign + foreign)));
    expect(familyOfNode(none, 'ipv4')?.ruleSet.tables[0]?.rules.length).toBe(1);
  });
});

describe('what is asked of a node', () => {
  it('is answered by a dump of no certain family for either', async () => {
    const node = await read(save('*filter\n:INPUT DROP [0:0]\nCOMMIT\n'));
    expect(familyOfNode(node, 'ipv6')).toBeUndefined();
    expect(likelyFamilyOfNode(node, 'ipv6')?.ruleSet).toMatchObject({ family: 'ipv6', tables: [{ name: 'filter' }] });
    const certain = await read(save('*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\nCOMMIT\n'));
    expect(likelyFamilyOfNode(certain, 'ipv6')).toBeUndefined();
  });

  it('names the programs whose output is lacking', async () => {
    const scenario = recordings.find(({ name, mode }) => mode.name === 'ipvs' && name === 'clusterip-3');
    if (scenario === undefined) throw new Error('no recording');
    const only = await read(...scenario.texts.filter(({ format }) => format === 'save'));
    expect(lackingCommands(only)).toEqual(['ipset save', 'ipvsadm -S -n']);
    expect(lackingCommands(await read(...scenario.texts))).toEqual([]);
  });

  it('is nothing where texts are no dumps', async () => {
    const { node, others } = await readNode([{ name: 'a.yaml', text: 'kind: Service\n' }]);
    expect(node.families).toEqual([]);
    expect(others.map(({ name }) => name)).toEqual(['a.yaml']);
  });
});
