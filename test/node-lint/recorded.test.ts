import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lintNodes } from '../../src/node-lint/run.js';
import type { Finding } from '../../src/diagnostics/finding.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

/** The file names of one mode's dumps of a node: `iptables.ipv4.save`, `ipvs.ipv4.ipset` … */
const ofMode: readonly RegExp[] = [
  /^iptables\..*\.save$/,
  /^ipvs\..*\.(?:save|ipset|ipvsadm)$/,
  /^nftables\..*\.list$/,
];

let read = 0;

async function findingsIn(folder: string, wanted: RegExp): Promise<readonly Finding[]> {
  const names = readdirSync(folder).filter((name) => wanted.test(name));
  read += names.length;
  const texts = names.map((name) => ({ name: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
  return (await lintNodes(texts)).findings;
}

function faults(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, severity, file, range, message }) => `${severity} ${rule} ${file}:${range.start.line} ${message}`);
}

async function faultsIn(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders)
    for (const mode of ofMode) for (const fault of faults(await findingsIn(folder, mode))) found.push(fault);
  return found;
}

function foldersBelow(root: string, isWanted: (index: number) => boolean): string[] {
  return readdirSync(root)
    .map((name) => join(root, name, 'expected'))
    .map((folder) => (existsSync(folder) ? folder : folder.replace(/\/expected$/, '')))
    .filter((folder, index) => statSync(folder).isDirectory() && isWanted(index));
}

describe('what kube-proxy wrote', () => {
  it('has no error and no warning, in any mode', async () => {
    const folders = foldersBelow('golden', () => true);
    expect(folders.length).toBeGreaterThan(30);
    expect(await faultsIn(folders)).toEqual([]);
    expect(read).toBeGreaterThan(150);
  }, 120_000);
});

describeWithSharedData('recorded rules', () => {
  it('of kube-proxy have no error and no warning', async () => {
    for (const kind of ['handmade', 'random'])
      expect(
        await faultsIn(foldersBelow(sharedPath('conformance/kube-proxy-1.30', kind), (index) => index % 6 === 0)),
      ).toEqual([]);
  }, 120_000);

  it('of the portmap plugin have none either', async () => {
    const root = sharedPath('conformance/portmap');
    for (const name of readdirSync(root))
      expect(faults(await findingsIn(join(root, name), /^v1\.9\.1\.(?:iptables.*save|nft)$/))).toEqual([]);
  });
});

/** Errors and warnings of real dumps, each judged by hand; parts that their authors cut out or masked are ignored. */
const judged: Readonly<Record<string, readonly number[]>> = {
  'Parser_Test/data/iptables-save': [28, 32, 44],
  'configs_serverfault/769294.txt': [75, 83],
  'configs_sqrl_shorewall/2015_aug_iptables-save': [60, 61, 62, 63, 81, 84],
  'configs_sqrl_shorewall/2015_aug_iptables-save-spoofing-protection': [100, 101, 102, 103],
  'configs_synology_diskstation_ds414/ip6tables-save_jul_2016': [36, 54],
  'configs_synology_diskstation_ds414/iptables-save_jul_2016': [36, 50],
  'configs_synology_diskstation_ds414/iptables-save_jun_2015_legacyifacerules': [18],
  'tum/ip6tables-save-2016-03-16_13-53-28': [1377],
};

describeWithSharedData('real dumps', () => {
  it('have the errors and warnings that a person agrees with', async () => {
    const root = sharedPath('corpus/iptables-save');
    const found: Record<string, number[]> = {};
    for (const name of readdirSync(root, { recursive: true }).map(String)) {
      if (statSync(join(root, name)).isDirectory() || name.includes('kernel-trace')) continue;
      const { findings } = await lintNodes([{ name, text: readFileSync(join(root, name), 'utf8') }]);
      const lines = findings
        .filter(({ rule, severity }) => severity !== 'info' && rule !== 'node/unread')
        .map(({ range }) => range.start.line);
      if (lines.length > 0) found[name] = lines;
    }
    expect(found).toEqual(judged);
  }, 120_000);
});
