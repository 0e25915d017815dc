/** The rules of the plugin portmap itself: 1.3.0 and 1.9.1 with iptables, 1.6.2 to an unreleased one with nftables. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtIn } from '../../src/iptables/lower/node.js';
import { printSave } from '../../src/iptables/print/save.js';
import type { JsonObject } from '../../src/manifests/types.js';
import { listRuleset } from '../../src/nftables/print-list.js';
import { portmapRules } from '../../src/portmap/iptables.js';
import { portmapTables } from '../../src/portmap/nftables.js';
import { readAdd } from '../../src/portmap/read-add.js';
import type { PortmapAdd, PortmapVersion } from '../../src/portmap/types.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

interface Environment {
  readonly CNI_CONTAINERID: string;
  readonly CNI_IFNAME: string;
  readonly stdin: string;
}

const versions: Readonly<Record<string, PortmapVersion>> = {
  'v1.6.2': '1.6',
  'v1.8.0': '1.6',
  'v1.9.1': '1.9',
  head: 'head',
};

function addsOf(folder: string, isNft: boolean): PortmapAdd[] {
  const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  return (json('env.json') as Environment[]).map((environment) => {
    const name = isNft ? environment.stdin.replace(/json$/, 'nft.json') : environment.stdin;
    const add = readAdd(json(name) as JsonObject, {
      containerId: environment.CNI_CONTAINERID,
      interfaceName: environment.CNI_IFNAME,
    });
    if (add === undefined) throw new Error(`${folder}/${name} is refused`);
    return add;
  });
}

/** Chains that existed before. */
function chainsBefore(folder: string): string[] {
  const script = join(folder, 'before.sh');
  const text = existsSync(script) ? readFileSync(script, 'utf8') : '';
  return [...text.matchAll(/^iptables .* -N (\S+)$/gm)].map(([, name = '']) => name);
}

function testRecorded(root: string): void {
  const files = readdirSync(root).flatMap((name) =>
    (name.includes('.') ? [] : readdirSync(join(root, name))).flatMap((file) =>
      /\.(save|nft)$/.test(file) ? [{ name, file }] : [],
    ),
  );

  it.each(files.filter(({ file }) => /\.iptables\.ipv[46]\.save$/.test(file)))('$name/$file', ({ name, file }) => {
    const family = file.includes('.ipv6.') ? 'ipv6' : 'ipv4';
    const { chains, first, rules } = portmapRules(addsOf(join(root, name), false), family);
    const all = [...chainsBefore(join(root, name)), ...chains].map((chain) => ({ name: chain }));
    const builtInChains = builtIn('PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING');
    const nat = { name: 'nat' as const, chains: [...builtInChains, ...all], rules: [...first, ...rules] };
    expect(printSave({ family, tables: [nat] })).toBe(readFileSync(join(root, name, file), 'utf8'));
  });

  it.each(files.filter(({ file }) => file.endsWith('.nft')))('$name/$file', ({ name, file }) => {
    const version = versions[file.replace('.nft', '')];
    if (version === undefined) throw new Error(`${file}: which version is that?`);
    const tables = portmapTables(addsOf(join(root, name), true), version);
    expect([...listRuleset({ tables: tables ?? [] })].join('')).toBe(readFileSync(join(root, name, file), 'utf8'));
  });
}

describe('portmap', () => {
  testRecorded('test/portmap/recorded');
});

describeWithSharedData('portmap as recorded', () => {
  testRecorded(sharedPath('conformance', 'portmap'));
});
